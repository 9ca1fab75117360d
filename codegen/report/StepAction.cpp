//===- StepAction.cpp - A step in words -----------------------------------===//
//
// Tested by tests/unit/codegen/report/ReportTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/report/Sections.h"

namespace weebill::report {

std::string stepAction(const plan::StepPlan &step) {
  switch (step.kind) {
  case plan::StepKind::Embed:
    return "look up the embedding";
  case plan::StepKind::RmsNorm:
    return "norm";
  case plan::StepKind::Quantize:
    return "quantize";
  case plan::StepKind::RmsNormQuantize:
    return "norm and quantize";
  case plan::StepKind::Linear:
    return "multiply";
  case plan::StepKind::LinearResidual:
    return "multiply and add to the residual stream";
  case plan::StepKind::SwiGLU:
    return "multiply by gate and up, join with silu";
  case plan::StepKind::AddBias:
    return "add a bias";
  case plan::StepKind::HeadNorm:
    return "norm each head";
  case plan::StepKind::Rope:
    return "rotate";
  case plan::StepKind::CacheAppend:
    return "append keys and values";
  case plan::StepKind::Attention:
    return "attend to the cache";
  case plan::StepKind::Silu:
    return "silu";
  case plan::StepKind::Mul:
    return "multiply element by element";
  case plan::StepKind::Add:
    return "add";
  }
  return "";
}

} // namespace weebill::report
