//===- ElementSteps.h - Element by element -----------------------*- C++ -*-===//
//
// An element of the result needs the same elements of the operands and nothing else. Tested by
// tests/lit/passes/plan-phases.mlir.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PASSES_ELEMENTSTEPS_H
#define WEEBILL_COMPILER_PASSES_ELEMENTSTEPS_H

#include "compiler/passes/ModelOf.h"

namespace weebill::passes {

struct ElementStep : StepModel {
  std::optional<plan::Partition> columns(mlir::Operation *op) const final { return inRowBlocks(op); }
  Reads reads(unsigned) const final { return Reads::OwnPart; }
  bool changesHeads() const final { return false; }
  int64_t headSize(mlir::Operation *) const final { return 0; }
  WeightField weights(mlir::Operation *) const final { return {}; }
};

template <> struct ModelOf<lm::SiluOp> final : ElementStep {
  plan::StepKind kind() const override { return plan::StepKind::Silu; }
  InPlace inPlace(unsigned) const override { return InPlace::Allowed; }
  void constants(mlir::Operation *, plan::StepPlan &, plan::ModelPlan &) const override {}
  std::string role(mlir::Operation *) const override { return "silu"; }
  llvm::StringRef storage() const override { return ""; }
};

template <> struct ModelOf<lm::GeluTanhOp> final : ElementStep {
  plan::StepKind kind() const override { return plan::StepKind::GeluTanh; }
  InPlace inPlace(unsigned) const override { return InPlace::Allowed; }
  void constants(mlir::Operation *, plan::StepPlan &, plan::ModelPlan &) const override {}
  std::string role(mlir::Operation *) const override { return "gelu"; }
  llvm::StringRef storage() const override { return ""; }
};

template <> struct ModelOf<lm::ScaleOp> final : ElementStep {
  plan::StepKind kind() const override { return plan::StepKind::Scale; }
  InPlace inPlace(unsigned) const override { return InPlace::Wanted; }
  void constants(mlir::Operation *op, plan::StepPlan &step, plan::ModelPlan &) const override {
    auto scale = llvm::cast<lm::ScaleOp>(op);
    step.scale = scale.getFactor().convertToFloat();
    step.blockScales = scale.getBlockScales().value_or(llvm::ArrayRef<float>());
  }
  std::string role(mlir::Operation *op) const override { return roleOfScale(llvm::cast<lm::ScaleOp>(op)); }
  llvm::StringRef storage() const override { return ""; }
};

template <> struct ModelOf<lm::MulOp> final : ElementStep {
  plan::StepKind kind() const override { return plan::StepKind::Mul; }
  InPlace inPlace(unsigned) const override { return InPlace::Allowed; }
  void constants(mlir::Operation *op, plan::StepPlan &, plan::ModelPlan &plan) const override {
    plan.sizes.hidden = lm::columnsOf(op->getResult(0).getType());
  }
  std::string role(mlir::Operation *) const override { return "gated_product"; }
  llvm::StringRef storage() const override { return "hidden"; }
};

template <> struct ModelOf<lm::AddOp> final : ElementStep {
  plan::StepKind kind() const override { return plan::StepKind::Add; }
  InPlace inPlace(unsigned) const override { return InPlace::Wanted; }
  void constants(mlir::Operation *, plan::StepPlan &, plan::ModelPlan &) const override {}
  std::string role(mlir::Operation *op) const override { return roleOfSum(llvm::cast<lm::AddOp>(op)); }
  llvm::StringRef storage() const override { return ""; }
};

} // namespace weebill::passes

#endif // WEEBILL_COMPILER_PASSES_ELEMENTSTEPS_H
