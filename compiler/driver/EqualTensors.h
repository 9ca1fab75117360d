//===- EqualTensors.h - Tensors that hold the same numbers -------*- C++ -*-===//
//
// A checkpoint may store a shared matrix twice, such as a head that is a copy of the embedding. Tested by
// tests/unit/compiler/driver/EqualTensorsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_DRIVER_EQUALTENSORS_H
#define WEEBILL_COMPILER_DRIVER_EQUALTENSORS_H

#include "compiler/import/ImportedModel.h"

#include <string>
#include <utility>
#include <vector>

namespace weebill {

/// Pairs (first, copy) of matrices that are equal in every number, in the file's order. Most are told apart by their
/// first row, so little is read. Vectors are not looked at: all norms of a fresh model are equal, and sharing them
/// gains nothing.
std::vector<std::pair<std::string, std::string>> findEqualTensors(const TensorSource &source);

} // namespace weebill

#endif // WEEBILL_COMPILER_DRIVER_EQUALTENSORS_H
