//===- SizedOps.h - Ops of a model with its sizes ----------------*- C++ -*-===//
//
// The ops that stand in many places of a model: each takes its shape and its numbers from the model's sizes, and tells
// its place in the model file. Tested by tests/unit/compiler/frontend/BuildModelTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_FRONTEND_SIZEDOPS_H
#define WEEBILL_COMPILER_FRONTEND_SIZEDOPS_H

#include "compiler/frontend/DeclareWeights.h"
#include "dialects/lm/LmOps.h"

namespace weebill::frontend {

struct SizedOps {
  mlir::OpBuilder &builder;
  const importer::Architecture &sizes;

  /// A place in the model file; `*` stands for every block.
  mlir::Location at(const std::string &name) { return placeIn(builder, name); }

  /// The type of [tokens][columns].
  mlir::RankedTensorType rows(int64_t columns) {
    return mlir::RankedTensorType::get({mlir::ShapedType::kDynamic, columns}, builder.getF32Type());
  }

  /// A number for each block; nothing for an empty list.
  mlir::DenseF32ArrayAttr ofBlocks(llvm::ArrayRef<float> numbers) {
    return numbers.empty() ? mlir::DenseF32ArrayAttr() : builder.getDenseF32ArrayAttr(numbers);
  }

  // x is [tokens][columns], and so is what they give, but for `linear`: [tokens][outputColumns].
  mlir::Value norm(llvm::StringRef gain, mlir::Value x, const std::string &place);
  mlir::Value scaled(mlir::Value x, float factor, const std::string &place);
  mlir::Value linear(llvm::StringRef weight, mlir::Value x, int64_t outputColumns, const std::string &place);
  mlir::Value bias(llvm::StringRef weight, mlir::Value x, const std::string &place);
};

} // namespace weebill::frontend

#endif // WEEBILL_COMPILER_FRONTEND_SIZEDOPS_H
