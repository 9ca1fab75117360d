//===- Sensitivity.h - What rounding a matrix costs --------------*- C++ -*-===//
//
// How much the predictions of a text change, to second order, when one matrix is rounded and nothing else: the
// divergence of two distributions that are near each other is half the square of the logits' change under the Fisher
// matrix, and so half the sum over tokens, rows and columns of
//
//     (gradient by the product's row)^2 * (what the column multiplies)^2 * (what rounding does to the weight)^2
//
// errors of weights taken as independent. The gradients are those of the text's own next tokens, from one pass over it
// backwards; rounding is tried on every seventh row. Tested by tests/unit/compiler/quantize/SensitivityTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_QUANTIZE_SENSITIVITY_H
#define WEEBILL_COMPILER_QUANTIZE_SENSITIVITY_H

#include "compiler/import/ImportedModel.h"
#include "compiler/quantize/Budget.h"
#include "compiler/quantize/Sequences.h"

#include "mlir/IR/BuiltinOps.h"

#include <functional>

namespace weebill::quantize {

/// For each matrix of the blocks the divergence that it adds, in nats for each token, in each of groupFormats().
/// `module` is what the front end made of the model, before any pass; `progress` is told of visits of blocks, both
/// ways, and what it throws ends the work. Throws InputError.
RoundingErrors roundingErrors(mlir::ModuleOp module, const importer::TensorSource &source, const Sequences &text,
                              const std::function<void(int64_t done, int64_t of)> &progress = {});

} // namespace weebill::quantize

#endif // WEEBILL_COMPILER_QUANTIZE_SENSITIVITY_H
