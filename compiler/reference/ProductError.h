//===- ProductError.h - What a product's storage costs -----------*- C++ -*-===//
//
// Tested by tests/unit/compiler/reference/InterpreterTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_REFERENCE_PRODUCTERROR_H
#define WEEBILL_COMPILER_REFERENCE_PRODUCTERROR_H

#include <cstdint>
#include <string>

namespace weebill::reference {

/// A product of rows and a matrix as the module has them, beside the same rows before they became codes times the
/// matrix of the file. Sums of squares over all its numbers.
struct ProductError {
  std::string weight;    // its symbol
  int64_t visit = -1;    // of the block that has it; -1: it is the whole model's
  double difference = 0; // of the two
  double norm = 0;       // of the one without codes
};

} // namespace weebill::reference

#endif // WEEBILL_COMPILER_REFERENCE_PRODUCTERROR_H
