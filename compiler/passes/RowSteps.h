//===- RowSteps.h - Norms, mixing and quantization ----------------*- C++ -*-===//
//
// They need a token's whole row: its sum of squares, its range. Tested by tests/lit/passes/plan-phases.mlir.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PASSES_ROWSTEPS_H
#define WEEBILL_COMPILER_PASSES_ROWSTEPS_H

#include "compiler/passes/ModelOf.h"

namespace weebill::passes {

struct RowStep : StepModel {
  std::optional<plan::Partition> columns(mlir::Operation *) const final { return std::nullopt; }
  Reads reads(unsigned) const final { return Reads::OwnPart; }
  bool changesHeads() const final { return false; }
  int64_t headSize(mlir::Operation *) const final { return 0; }
};

template <> struct ModelOf<lm::RmsNormOp> final : RowStep {
  plan::StepKind kind() const override { return plan::StepKind::RmsNorm; }
  InPlace inPlace(unsigned) const override { return InPlace::Allowed; }
  WeightField weights(mlir::Operation *op) const override { return {{llvm::cast<lm::RmsNormOp>(op).getGainAttr()}}; }
  void constants(mlir::Operation *op, plan::StepPlan &step, plan::ModelPlan &) const override {
    step.epsilon = llvm::cast<lm::RmsNormOp>(op).getEpsilon().convertToFloat();
  }
  std::string role(mlir::Operation *op) const override {
    return roleOfNorm(op, llvm::cast<lm::RmsNormOp>(op).getGain());
  }
  llvm::StringRef storage() const override { return "normed"; }
};

template <> struct ModelOf<lm::HadamardOp> final : RowStep {
  plan::StepKind kind() const override { return plan::StepKind::Hadamard; }
  InPlace inPlace(unsigned) const override { return InPlace::Allowed; }
  WeightField weights(mlir::Operation *) const override { return {}; }
  void constants(mlir::Operation *op, plan::StepPlan &step, plan::ModelPlan &) const override {
    step.mixed = int64_t(llvm::cast<lm::HadamardOp>(op).getSize());
  }
  std::string role(mlir::Operation *op) const override {
    mlir::Operation *input = producer(op->getOperand(0));
    return (input ? roleOf(input) : "row") + "_mixed";
  }
  llvm::StringRef storage() const override { return ""; }
};

template <> struct ModelOf<lm::QuantizeOp> final : RowStep {
  plan::StepKind kind() const override { return plan::StepKind::Quantize; }
  InPlace inPlace(unsigned) const override { return InPlace::Never; } // codes are of another size
  WeightField weights(mlir::Operation *) const override { return {}; }
  void constants(mlir::Operation *op, plan::StepPlan &step, plan::ModelPlan &) const override {
    auto quantize = llvm::cast<lm::QuantizeOp>(op);
    step.symmetric = quantize.getSymmetric();
    step.groups = quantize.getType().getGroup() != 0;
  }
  std::string role(mlir::Operation *op) const override {
    mlir::Operation *input = producer(op->getOperand(0));
    return input ? roleOf(input) + "_codes" : "codes";
  }
  llvm::StringRef storage() const override { return "codes"; }
};

template <> struct ModelOf<lm::RmsNormQuantizeOp> final : RowStep {
  plan::StepKind kind() const override { return plan::StepKind::RmsNormQuantize; }
  InPlace inPlace(unsigned) const override { return InPlace::Never; }
  WeightField weights(mlir::Operation *op) const override {
    return {{llvm::cast<lm::RmsNormQuantizeOp>(op).getGainAttr()}};
  }
  void constants(mlir::Operation *op, plan::StepPlan &step, plan::ModelPlan &) const override {
    auto norm = llvm::cast<lm::RmsNormQuantizeOp>(op);
    step.epsilon = norm.getEpsilon().convertToFloat();
    step.symmetric = norm.getSymmetric();
    step.groups = norm.getType().getGroup() != 0;
  }
  std::string role(mlir::Operation *op) const override {
    return roleOfNorm(op, llvm::cast<lm::RmsNormQuantizeOp>(op).getGain());
  }
  llvm::StringRef storage() const override { return "codes"; }
};

} // namespace weebill::passes

#endif // WEEBILL_COMPILER_PASSES_ROWSTEPS_H
