//===- Passes.h - Passes on the lm dialect -----------------------*- C++ -*-===//
//
// Declared in Passes.td, one file each; Pipeline.h has their order. Tested by tests/lit/passes/pipeline.mlir.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PASSES_PASSES_H
#define WEEBILL_COMPILER_PASSES_PASSES_H

#include "compiler/passes/WordOption.h"
#include "dialects/lm/LmOps.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace weebill::passes {

#define GEN_PASS_DECL
#include "compiler/passes/Passes.h.inc"

/// Makes every pass known to command lines by its flag, and the pipeline as `lm-pipeline`.
void registerWeebillPasses();

} // namespace weebill::passes

#endif // WEEBILL_COMPILER_PASSES_PASSES_H
