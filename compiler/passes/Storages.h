//===- Storages.h - Which values are the same memory -------------*- C++ -*-===//
//
// A storage is memory of its own; several values may lie in one, side by side (queries, keys and values of lm.qkv) or
// one after the other (the residual stream). Storages are the same in both routes. lm-plan-phases looks for conflicts
// on them, lm-assign-buffers makes buffers of them. Tested by tests/lit/passes/assign-buffers.mlir.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PASSES_STORAGES_H
#define WEEBILL_COMPILER_PASSES_STORAGES_H

#include "compiler/passes/ForwardPass.h"

#include "llvm/ADT/DenseMap.h"

namespace weebill::passes {

struct StoragePlan {
  std::string name; // what it holds: "x", "qkv", "codes_model"; not unique
  plan::Element element = plan::Element::F32;
  int64_t columns = 0;
  bool perToken = true; // false: written after lm.repeat, where one token's row is left
  llvm::SmallVector<mlir::Operation *> writers;
};

class Storages {
public:
  explicit Storages(ForwardPass &forward);

  const std::vector<StoragePlan> &all() const { return storages; }
  /// Columns of a storage (View::buffer is its index). Token ids have none.
  std::optional<plan::View> viewOf(mlir::Value value) const;
  /// All results of a step together, which lie side by side.
  std::optional<plan::View> outputOf(mlir::Operation *step) const;

  /// What cannot be laid out: a value that must be written where another is still needed. No op if all is well.
  const Problem &problem() const { return firstProblem; }

private:
  void placeBody(mlir::Block &body);
  void placeEither(lm::EitherOp either);
  void place(mlir::Operation *step, Section section);
  mlir::Value overwritten(mlir::Operation *step, Section section);
  void writeStream(mlir::Operation *step);
  void markStream(mlir::Value last);
  void addStorage(mlir::Operation *step, Section section);
  void refuse(mlir::Operation *op, const llvm::Twine &reason);

  ForwardPass &forward;
  std::vector<StoragePlan> storages; // the first is the residual stream
  llvm::DenseMap<mlir::Value, plan::View> views;
  llvm::DenseSet<mlir::Value> stream;      // values that must be written into the residual stream's storage
  llvm::SmallVector<mlir::Value> inStream; // what it holds, oldest first
  Problem firstProblem;
};

} // namespace weebill::passes

#endif // WEEBILL_COMPILER_PASSES_STORAGES_H
