//===- StepRoles.h - Where in the model a step stands ------------*- C++ -*-===//
//
// Names for people: of steps, phases, buffers and weights of the emitted program. Found from what an op is connected
// to, not from symbol names, so that any importer's IR reads the same. Tested by tests/lit/passes/plan-phases.mlir.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PASSES_STEPROLES_H
#define WEEBILL_COMPILER_PASSES_STEPROLES_H

#include "dialects/lm/LmOps.h"

#include <string>
#include <vector>

namespace weebill::passes {

/// "qkv", "attention_out", "gate_up", "down", "attention_norm" ...; the weight's symbol where nothing better is known.
std::string roleOf(mlir::Operation *op);

/// What attention does with a value, directly or through head steps: "query", "key", "value"; empty if nothing.
std::string attentionOperand(mlir::Value value);

/// The op whose rows a value holds, seen through mixing and quantization; none for a block's argument.
mlir::Operation *producer(mlir::Value value);

/// By what a matrix reads: the outputs of attention and of a gated product; otherwise its symbol.
std::string roleByInput(mlir::Operation *matrix, llvm::StringRef symbol);
/// By what reads the normed rows; otherwise the gain's symbol.
std::string roleOfNorm(mlir::Operation *norm, llvm::StringRef symbol);
std::string roleOfLinear(lm::LinearOp linear);
/// Of what it multiplies: "attention_out_scaled".
std::string roleOfScale(lm::ScaleOp scale);
std::string roleOfBias(lm::AddBiasOp bias);
std::string roleOfSum(lm::AddOp add);

/// The steps of one phase as a function's name: "project_qkv", "attend", "down_residual".
std::string phaseName(const std::vector<mlir::Operation *> &steps);

} // namespace weebill::passes

#endif // WEEBILL_COMPILER_PASSES_STEPROLES_H
