//===- PassVerifier.h - Passes that prove themselves -------------*- C++ -*-===//
//
// Runs a module by definition before and after every pass, and says which one changed what it computes. Tested by
// tests/unit/compiler/reference/PassVerifierTest.cpp and tests/lit/tools/verify-passes.mlir.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_REFERENCE_PASSVERIFIER_H
#define WEEBILL_COMPILER_REFERENCE_PASSVERIFIER_H

#include "compiler/import/ImportedModel.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassInstrumentation.h"

#include <functional>

namespace weebill::reference {

/// For one pass manager and one module: `manager.addInstrumentation`. In exact arithmetic a pass must leave the logits
/// of some tokens, many at once and then one after the other, equal to the bit; where it stores weights, rows or cache
/// less exactly than before, within ChangeBound.h's bound.
class PassVerifier : public mlir::PassInstrumentation {
public:
  /// Told once, of the first pass that fails: one sentence. Nothing is verified after it.
  using Refuse = std::function<void(const std::string &)>;

  /// `source` has the numbers of the module's weights, and outlives this; null: seeded ones.
  PassVerifier(const importer::TensorSource *source, Refuse refuse);

  void runBeforePass(mlir::Pass *pass, mlir::Operation *op) override;
  void runAfterPass(mlir::Pass *pass, mlir::Operation *op) override;

private:
  struct State { // of a module
    std::vector<float> logits;
    double squaredError = 0;
  };
  State stateOf(mlir::ModuleOp module);
  void refuseOnce(mlir::Pass *pass, const std::string &what);

  const importer::TensorSource *source;
  std::unique_ptr<importer::TensorSource> seeded;
  Refuse refuse;
  std::optional<State> before;
  bool ended = false;
};

} // namespace weebill::reference

#endif // WEEBILL_COMPILER_REFERENCE_PASSVERIFIER_H
