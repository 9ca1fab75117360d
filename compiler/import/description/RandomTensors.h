//===- RandomTensors.h - Weights made from a seed ----------------*- C++ -*-===//
//
// The same numbers on every machine and under every compiler: integers from splitmix64, and of float arithmetic only
// what IEEE 754 rounds in one way (+, *, /, square root). docs/description.md defines them,
// tests/emitted/random_tensors.py computes them a second time. Tested by
// tests/unit/compiler/import/RandomTensorsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_DESCRIPTION_RANDOMTENSORS_H
#define WEEBILL_COMPILER_IMPORT_DESCRIPTION_RANDOMTENSORS_H

#include "compiler/import/ImportedModel.h"

namespace weebill::description {

/// Every tensor of a Llama model of these sizes under its name in GGUF, rows in the order of Hugging Face checkpoints.
/// A row depends on the seed, the tensor's name, its number and the columns, so that any row is made when it is read
/// and nothing is kept.
std::shared_ptr<importer::TensorSource> makeRandomTensors(const importer::Architecture &architecture, uint64_t seed);

} // namespace weebill::description

#endif // WEEBILL_COMPILER_IMPORT_DESCRIPTION_RANDOMTENSORS_H
