//===- StepAction.cpp - A step in words -----------------------------------===//
//
// Tested by tests/unit/codegen/report/ReportTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/report/Sections.h"

std::string weebill::stepAction(const StepPlan &step) {
  switch (step.kind) {
  case StepKind::Embed:
    return "look up the embedding";
  case StepKind::RmsNorm:
    return "norm";
  case StepKind::Quantize:
    return "quantize";
  case StepKind::RmsNormQuantize:
    return "norm and quantize";
  case StepKind::Linear:
    return "multiply";
  case StepKind::LinearResidual:
    return "multiply and add to the residual stream";
  case StepKind::SwiGLU:
    return "multiply by gate and up, join with silu";
  case StepKind::AddBias:
    return "add a bias";
  case StepKind::HeadNorm:
    return "norm each head";
  case StepKind::Rope:
    return "rotate";
  case StepKind::CacheAppend:
    return "append keys and values";
  case StepKind::Attention:
    return "attend to the cache";
  case StepKind::Silu:
    return "silu";
  case StepKind::Mul:
    return "multiply element by element";
  case StepKind::Add:
    return "add";
  }
  return "";
}
