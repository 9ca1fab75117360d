//===- StepModel.h - What an op answers to planning --------------*- C++ -*-===//
//
// Everything that planning asks of an op, as one class of questions without default answers: an op that leaves one open
// does not compile, and neither does an op of the dialect that StepModels.cpp has no model for. Plain classes and not
// an MLIR interface, because external models of those live in a context, where somebody may forget to put them.
// How to add one: docs/add-an-op.md. Tested by tests/unit/compiler/passes/PartitionsTest.cpp and
// tests/lit/passes/plan-phases.mlir.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PASSES_STEPMODEL_H
#define WEEBILL_COMPILER_PASSES_STEPMODEL_H

#include "codegen/plan/ModelPlan.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Operation.h"

#include <optional>
#include <string>

namespace weebill::passes {

/// What a thread reads of an operand.
enum class Reads {
  Whole,   // all of it, whoever made it
  OwnPart, // what it owns of the result: the same columns, or the same tokens
};

/// Whether the kernel may write its result over an operand: an element needs no other than itself, or one thread reads
/// the whole row or head first.
enum class InPlace {
  Never,
  Allowed, // it may, if the result has to lie there (the residual stream)
  Wanted,  // it does, if nobody reads the operand again
};

/// Symbols that lie in one field of the weights, in the order of its parts.
struct WeightField {
  llvm::SmallVector<mlir::FlatSymbolRefAttr> symbols;
  plan::Arrangement arrangement = plan::Arrangement::Stacked;
};

/// One op's answers. `op` is always of the op that the model is for.
class StepModel {
public:
  virtual ~StepModel() = default;

  /// The kernel that computes it.
  virtual plan::StepKind kind() const = 0;

  /// Its result's columns in the units that threads own, the same for one token and for a chunk. Nothing if it handles
  /// a token's row as a whole: then every thread computes it for itself (one token), or tokens are dealt out (a chunk).
  virtual std::optional<plan::Partition> columns(mlir::Operation *op) const = 0;
  virtual Reads reads(unsigned operand) const = 0;
  virtual InPlace inPlace(unsigned operand) const = 0;

  /// Whether it may stand between a product and attention: it changes a head, and needs no other for it.
  virtual bool changesHeads() const = 0;
  /// Columns of the heads that it computes on one by one; 0 if it knows of none.
  virtual int64_t headSize(mlir::Operation *op) const = 0;

  virtual WeightField weights(mlir::Operation *op) const = 0;
  /// Its numbers, into its step; what they say of the whole model into the plan.
  virtual void constants(mlir::Operation *op, plan::StepPlan &step, plan::ModelPlan &plan) const = 0;

  /// Where in the model it stands: "qkv", "attention_norm" (StepRoles.h has what helps to find out).
  virtual std::string role(mlir::Operation *op) const = 0;
  /// What its result's memory is called; empty: by its role. "hidden" marks gated products, "mixed" attention.
  virtual llvm::StringRef storage() const = 0;
};

/// Nothing for ops that are no steps: the module's frame, and lm.attention until its cache is placed.
const StepModel *stepModelOf(mlir::Operation *op);

} // namespace weebill::passes

#endif // WEEBILL_COMPILER_PASSES_STEPMODEL_H
