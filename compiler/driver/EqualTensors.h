//===- EqualTensors.h - Tensors that hold the same numbers -------*- C++ -*-===//
//
// A checkpoint may store shared weights twice: a head that is a copy of the embedding, every visit of a shared block.
// Tested by tests/unit/compiler/driver/EqualTensorsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_DRIVER_EQUALTENSORS_H
#define WEEBILL_COMPILER_DRIVER_EQUALTENSORS_H

#include "compiler/import/ImportedModel.h"

#include <string>
#include <utility>
#include <vector>

namespace weebill::driver {

/// Pairs (first, copy) of tensors that are equal in every bit, in the file's order. Most are told apart by their first
/// row, so little is read; the rest are compared row by row.
std::vector<std::pair<std::string, std::string>> findEqualTensors(const importer::TensorSource &source);

} // namespace weebill::driver

#endif // WEEBILL_COMPILER_DRIVER_EQUALTENSORS_H
