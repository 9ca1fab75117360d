//===- AttentionSteps.h - The cache and attention over it --------*- C++ -*-===//
//
// Tested by tests/lit/passes/plan-phases.mlir and tests/lit/plan/fused.test.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PASSES_ATTENTIONSTEPS_H
#define WEEBILL_COMPILER_PASSES_ATTENTIONSTEPS_H

#include "compiler/passes/ModelOf.h"

namespace weebill::passes {

struct CacheStep : StepModel {
  InPlace inPlace(unsigned) const final { return InPlace::Never; }
  bool changesHeads() const final { return false; }
  int64_t headSize(mlir::Operation *) const final { return 0; } // lm.cache has it
  WeightField weights(mlir::Operation *) const final { return {}; }
};

template <> struct ModelOf<lm::CacheAppendOp> final : CacheStep {
  plan::StepKind kind() const override { return plan::StepKind::CacheAppend; }
  std::optional<plan::Partition> columns(mlir::Operation *op) const override {
    return keysAndValues(llvm::cast<lm::CacheAppendOp>(op));
  }
  Reads reads(unsigned) const override { return Reads::OwnPart; }
  void constants(mlir::Operation *, plan::StepPlan &, plan::ModelPlan &) const override {}
  std::string role(mlir::Operation *) const override { return "cache_append"; }
  llvm::StringRef storage() const override { return ""; }
};

template <> struct ModelOf<lm::CachedAttentionOp> final : CacheStep {
  plan::StepKind kind() const override { return plan::StepKind::Attention; }
  std::optional<plan::Partition> columns(mlir::Operation *op) const override {
    return headGroups(llvm::cast<lm::CachedAttentionOp>(op));
  }
  /// Another thread than the owner of a head's result may compute its scores (codegen/emit/StepAttention.cpp).
  Reads reads(unsigned) const override { return Reads::Whole; }
  void constants(mlir::Operation *op, plan::StepPlan &step, plan::ModelPlan &plan) const override {
    auto attention = llvm::cast<lm::CachedAttentionOp>(op);
    step.heads = plan.sizes.heads = attention.getHeads();
    auto cache = mlir::SymbolTable::lookupNearestSymbolFrom<lm::CacheOp>(op, attention.getCacheAttr());
    plan.cache.element = elementOf(cache.getElement());
    plan.cache.visits = cache.getVisits();
    plan.cache.positions = cache.getPositions();
    plan.sizes.keyValueHeads = cache.getKeyValueHeads();
    plan.sizes.headSize = cache.getHeadSize();
    plan.sizes.context = cache.getContext().value_or(plan.cache.positions); // what was asked for, without padding
  }
  std::string role(mlir::Operation *) const override { return "attention"; }
  llvm::StringRef storage() const override { return "mixed"; }

private:
  static plan::Element elementOf(lm::CacheElement element) {
    switch (element) {
    case lm::CacheElement::F16:
      return plan::Element::F16;
    case lm::CacheElement::F32:
      return plan::Element::F32;
    case lm::CacheElement::Int8:
      return plan::Element::I8;
    }
    llvm_unreachable("all elements are covered");
  }
};

} // namespace weebill::passes

#endif // WEEBILL_COMPILER_PASSES_ATTENTIONSTEPS_H
