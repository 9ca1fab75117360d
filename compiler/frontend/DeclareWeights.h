//===- DeclareWeights.h - A model's tensors as symbols ------------*- C++ -*-===//
//
// Tested by tests/unit/compiler/frontend/BuildModelTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_FRONTEND_DECLAREWEIGHTS_H
#define WEEBILL_COMPILER_FRONTEND_DECLAREWEIGHTS_H

#include "compiler/import/ImportedModel.h"

#include "mlir/IR/Builders.h"

namespace weebill::frontend {

/// A place in the model file; `*` stands for every block.
mlir::Location placeIn(mlir::OpBuilder &builder, const std::string &name);

/// The last norm's gain cannot be folded into a head that is the embedding as well (compiler/import/rotate).
bool hasHeadRotation(const importer::Architecture &sizes);

/// An lm.weight for each tensor of the model: "q" of "blk.0.attn_q.weight" and those of the other blocks.
void declareWeights(mlir::OpBuilder &builder, const importer::Architecture &sizes);

} // namespace weebill::frontend

#endif // WEEBILL_COMPILER_FRONTEND_DECLAREWEIGHTS_H
