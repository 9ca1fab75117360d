//===- HeadChanges.h - Bias, norm of heads, RoPE ------------------*- C++ -*-===//
//
// What changes a head on the thread that has just computed it, in place. Tested by tests/lit/passes/plan-phases.mlir
// and tests/lit/passes/assign-buffers.mlir.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PASSES_HEADCHANGES_H
#define WEEBILL_COMPILER_PASSES_HEADCHANGES_H

#include "compiler/passes/ModelOf.h"

namespace weebill::passes {

struct HeadStep : StepModel {
  Reads reads(unsigned) const final { return Reads::OwnPart; }
  InPlace inPlace(unsigned) const final { return InPlace::Wanted; }
  bool changesHeads() const final { return true; }
  llvm::StringRef storage() const final { return ""; }
};

template <> struct ModelOf<lm::AddBiasOp> final : HeadStep {
  plan::StepKind kind() const override { return plan::StepKind::AddBias; }
  std::optional<plan::Partition> columns(mlir::Operation *op) const override { return withHeadsIfAny(op); }
  int64_t headSize(mlir::Operation *) const override { return 0; }
  WeightField weights(mlir::Operation *op) const override { return {{llvm::cast<lm::AddBiasOp>(op).getBiasAttr()}}; }
  void constants(mlir::Operation *, plan::StepPlan &, plan::ModelPlan &) const override {}
  std::string role(mlir::Operation *op) const override { return roleOfBias(llvm::cast<lm::AddBiasOp>(op)); }
};

template <> struct ModelOf<lm::HeadNormOp> final : HeadStep {
  plan::StepKind kind() const override { return plan::StepKind::HeadNorm; }
  std::optional<plan::Partition> columns(mlir::Operation *op) const override { return inHeads(op, headSize(op)); }
  int64_t headSize(mlir::Operation *op) const override { return llvm::cast<lm::HeadNormOp>(op).getHeadSize(); }
  WeightField weights(mlir::Operation *op) const override {
    mlir::FlatSymbolRefAttr gain = llvm::cast<lm::HeadNormOp>(op).getGainAttr();
    return gain ? WeightField{{gain}} : WeightField{};
  }
  void constants(mlir::Operation *op, plan::StepPlan &step, plan::ModelPlan &) const override {
    auto norm = llvm::cast<lm::HeadNormOp>(op);
    step.epsilon = norm.getEpsilon().convertToFloat();
    step.scale = norm.getScale().convertToFloat();
    step.blockScales = norm.getBlockScales().value_or(llvm::ArrayRef<float>());
    step.heads = norm.getHeads();
  }
  std::string role(mlir::Operation *op) const override {
    std::string operand = attentionOperand(op->getResult(0));
    return operand.empty() ? "head_norm" : operand + "_norm";
  }
};

template <> struct ModelOf<lm::RopeOp> final : HeadStep {
  plan::StepKind kind() const override { return plan::StepKind::Rope; }
  std::optional<plan::Partition> columns(mlir::Operation *op) const override { return inHeads(op, headSize(op)); }
  int64_t headSize(mlir::Operation *op) const override { return llvm::cast<lm::RopeOp>(op).getHeadSize(); }
  WeightField weights(mlir::Operation *) const override { return {}; }
  void constants(mlir::Operation *op, plan::StepPlan &step, plan::ModelPlan &) const override {
    auto rope = llvm::cast<lm::RopeOp>(op);
    step.rope = {rope.getTheta().convertToDouble(),
                 rope.getFactor().convertToDouble(),
                 rope.getLow().convertToDouble(),
                 rope.getHigh().convertToDouble(),
                 int64_t(rope.getOriginalContext()),
                 rope.getBlockThetas().value_or(llvm::ArrayRef<double>()),
                 rope.getBlockFactors().value_or(llvm::ArrayRef<double>())};
    step.scale = rope.getScale().convertToFloat();
    step.blockScales = rope.getBlockScales().value_or(llvm::ArrayRef<float>());
    step.heads = rope.getHeads();
  }
  std::string role(mlir::Operation *op) const override {
    std::string operand = attentionOperand(op->getResult(0));
    return operand.empty() ? "rope" : "rope_" + operand;
  }
};

} // namespace weebill::passes

#endif // WEEBILL_COMPILER_PASSES_HEADCHANGES_H
