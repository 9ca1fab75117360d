//===- MatrixSteps.h - Products with matrices, and the embedding -*- C++ -*-===//
//
// Threads own rows of the matrix, which are columns of the result; for each of them they read the whole input. Tested
// by tests/lit/passes/plan-phases.mlir.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PASSES_MATRIXSTEPS_H
#define WEEBILL_COMPILER_PASSES_MATRIXSTEPS_H

#include "compiler/passes/ModelOf.h"

namespace weebill::passes {

struct MatrixStep : StepModel {
  bool changesHeads() const final { return false; }
  int64_t headSize(mlir::Operation *) const final { return 0; }
};

/// One that only reads its input.
struct ProductStep : MatrixStep {
  Reads reads(unsigned) const final { return Reads::Whole; }
  InPlace inPlace(unsigned) const final { return InPlace::Never; }
};

template <> struct ModelOf<lm::EmbedOp> final : ProductStep {
  plan::StepKind kind() const override { return plan::StepKind::Embed; }
  std::optional<plan::Partition> columns(mlir::Operation *op) const override { return inRowBlocks(op); }
  WeightField weights(mlir::Operation *op) const override { return {{llvm::cast<lm::EmbedOp>(op).getWeightAttr()}}; }
  void constants(mlir::Operation *, plan::StepPlan &, plan::ModelPlan &) const override {}
  std::string role(mlir::Operation *) const override { return "embedding"; }
  llvm::StringRef storage() const override { return ""; }
};

template <> struct ModelOf<lm::LinearOp> final : ProductStep {
  plan::StepKind kind() const override { return plan::StepKind::Linear; }
  std::optional<plan::Partition> columns(mlir::Operation *op) const override { return towardsAttention(op); }
  WeightField weights(mlir::Operation *op) const override { return {{llvm::cast<lm::LinearOp>(op).getWeightAttr()}}; }
  void constants(mlir::Operation *, plan::StepPlan &, plan::ModelPlan &) const override {}
  std::string role(mlir::Operation *op) const override { return roleOfLinear(llvm::cast<lm::LinearOp>(op)); }
  llvm::StringRef storage() const override { return ""; }
};

template <> struct ModelOf<lm::QkvOp> final : ProductStep {
  plan::StepKind kind() const override { return plan::StepKind::Linear; }
  std::optional<plan::Partition> columns(mlir::Operation *op) const override { return towardsAttention(op); }
  WeightField weights(mlir::Operation *op) const override {
    auto qkv = llvm::cast<lm::QkvOp>(op);
    return {{qkv.getQueryWeightAttr(), qkv.getKeyWeightAttr(), qkv.getValueWeightAttr()}};
  }
  void constants(mlir::Operation *, plan::StepPlan &, plan::ModelPlan &) const override {}
  std::string role(mlir::Operation *) const override { return "qkv"; }
  llvm::StringRef storage() const override { return ""; }
};

/// Gate and up of a feed-forward half, joined.
template <typename Op> struct GatedStep : ProductStep {
  std::optional<plan::Partition> columns(mlir::Operation *op) const final { return inRowBlocks(op); }
  WeightField weights(mlir::Operation *op) const final {
    auto gated = llvm::cast<Op>(op);
    return {{gated.getGateWeightAttr(), gated.getUpWeightAttr()}, plan::Arrangement::AlternatingBlocks};
  }
  void constants(mlir::Operation *op, plan::StepPlan &, plan::ModelPlan &plan) const final {
    plan.sizes.hidden = lm::columnsOf(op->getResult(0).getType());
  }
  std::string role(mlir::Operation *) const final { return "gate_up"; }
  llvm::StringRef storage() const final { return "hidden"; }
};

template <> struct ModelOf<lm::SwiGLUOp> final : GatedStep<lm::SwiGLUOp> {
  plan::StepKind kind() const override { return plan::StepKind::SwiGLU; }
};

template <> struct ModelOf<lm::GeGLUOp> final : GatedStep<lm::GeGLUOp> {
  plan::StepKind kind() const override { return plan::StepKind::GeGLU; }
};

template <> struct ModelOf<lm::LinearResidualOp> final : MatrixStep {
  plan::StepKind kind() const override { return plan::StepKind::LinearResidual; }
  std::optional<plan::Partition> columns(mlir::Operation *op) const override { return inRowBlocks(op); }
  Reads reads(unsigned operand) const override { return operand == kResidual ? Reads::OwnPart : Reads::Whole; }
  InPlace inPlace(unsigned operand) const override { return operand == kResidual ? InPlace::Wanted : InPlace::Never; }
  WeightField weights(mlir::Operation *op) const override {
    return {{llvm::cast<lm::LinearResidualOp>(op).getWeightAttr()}};
  }
  void constants(mlir::Operation *, plan::StepPlan &, plan::ModelPlan &) const override {}
  std::string role(mlir::Operation *op) const override {
    return roleByInput(op, llvm::cast<lm::LinearResidualOp>(op).getWeight());
  }
  llvm::StringRef storage() const override { return ""; }

private:
  static constexpr unsigned kResidual = 1;
};

} // namespace weebill::passes

#endif // WEEBILL_COMPILER_PASSES_MATRIXSTEPS_H
