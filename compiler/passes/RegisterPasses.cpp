//===- RegisterPasses.cpp - Passes by flag --------------------------------===//
//
// Tested by tests/lit/passes/pipeline.mlir: every test names its pass by flag.
//
//===----------------------------------------------------------------------===//

#include "compiler/passes/Passes.h"
#include "compiler/passes/Pipeline.h"

namespace weebill::passes {
namespace {

#define GEN_PASS_REGISTRATION
#include "compiler/passes/Passes.h.inc"
} // namespace

void registerWeebillPasses() {
  registerLmPasses();
  registerWeebillPipeline();
}

} // namespace weebill::passes
