//===- SeededTensors.h - Numbers for a module without a model ----*- C++ -*-===//
//
// Tested by tests/unit/compiler/reference/PassVerifierTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_REFERENCE_SEEDEDTENSORS_H
#define WEEBILL_COMPILER_REFERENCE_SEEDEDTENSORS_H

#include "compiler/import/ImportedModel.h"

#include "mlir/IR/BuiltinOps.h"

namespace weebill::reference {

/// A number for every element of every tensor that the module's weights name, the same in every run: normal with
/// variance 1 / columns in a matrix, around 1 in a vector. A tensor's numbers depend on its name.
std::unique_ptr<importer::TensorSource> seededTensors(mlir::ModuleOp module);

} // namespace weebill::reference

#endif // WEEBILL_COMPILER_REFERENCE_SEEDEDTENSORS_H
