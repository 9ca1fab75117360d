//===- ConvolutionSteps.h - Mixing with the tokens just before ---*- C++ -*-===//
//
// A thread owns columns of the result, of the gates and of the rows that are kept of earlier tokens. Tested by
// tests/lit/plan/either.mlir.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PASSES_CONVOLUTIONSTEPS_H
#define WEEBILL_COMPILER_PASSES_CONVOLUTIONSTEPS_H

#include "compiler/passes/ModelOf.h"

namespace weebill::passes {

template <> struct ModelOf<lm::GatedConvolutionOp> final : StepModel {
  plan::StepKind kind() const override { return plan::StepKind::GatedConvolution; }
  std::optional<plan::Partition> columns(mlir::Operation *op) const override { return inRowBlocks(op); }
  /// Gates and rows lie side by side in what one matrix makes: another thread owns them there.
  Reads reads(unsigned) const override { return Reads::Whole; }
  InPlace inPlace(unsigned) const override { return InPlace::Never; }
  bool changesHeads() const override { return false; }
  int64_t headSize(mlir::Operation *) const override { return 0; }
  WeightField weights(mlir::Operation *op) const override {
    return {{llvm::cast<lm::GatedConvolutionOp>(op).getTapsAttr()}};
  }
  void constants(mlir::Operation *op, plan::StepPlan &, plan::ModelPlan &plan) const override {
    plan.convolution.width = llvm::cast<lm::GatedConvolutionOp>(op).getWidth();
    plan.convolution.columns = lm::columnsOf(op->getResult(0).getType());
  }
  std::string role(mlir::Operation *) const override { return "convolution"; }
  llvm::StringRef storage() const override { return "convolved"; }
};

} // namespace weebill::passes

#endif // WEEBILL_COMPILER_PASSES_CONVOLUTIONSTEPS_H
