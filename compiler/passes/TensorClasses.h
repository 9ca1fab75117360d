//===- TensorClasses.h - Tensors that hold the same numbers ------*- C++ -*-===//
//
// The IR knows names of tensors, not numbers; passes are told which names stand for equal numbers. Tested by
// tests/lit/passes/merge-weights.mlir and tests/lit/passes/share-equal-weights.mlir.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PASSES_TENSORCLASSES_H
#define WEEBILL_COMPILER_PASSES_TENSORCLASSES_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/EquivalenceClasses.h"

#include <string>

namespace weebill::passes {

class TensorClasses {
public:
  /// Takes pairs "name=name"; one that is not a pair is an error of `pass` on the module.
  mlir::LogicalResult add(mlir::ModuleOp module, mlir::StringRef pass, mlir::ArrayRef<std::string> pairs);

  /// One name for all tensors that are equal to `name`.
  mlir::Attribute representative(mlir::StringAttr name) const;

private:
  llvm::EquivalenceClasses<mlir::Attribute> classes;
};

} // namespace weebill::passes

#endif // WEEBILL_COMPILER_PASSES_TENSORCLASSES_H
