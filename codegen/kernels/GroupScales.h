//===- GroupScales.h - What the codes of a group are worth -------*- C++ -*-===//
//
// Scales and minimums of 16 rows: float16, powers of two, or bytes times float16 that the groups of a record share, or
// the whole row. Tested by tests/unit/codegen/kernels/GroupedMatrixTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_KERNELS_GROUPSCALES_H
#define WEEBILL_CODEGEN_KERNELS_GROUPSCALES_H

#include "codegen/formats/WeightFormat.h"

#include <Halide.h>

#include <string>
#include <vector>

namespace weebill::kernels {

/// A call of a function by hand that takes places: bytes among the arguments are printed as their addresses. The lane
/// goes along, and is not printed: without it the call would be one for all lanes.
Halide::Expr callAtPlaces(Halide::Type type, const std::string &function, std::vector<Halide::Expr> arguments,
                          const Halide::Expr &lane);

struct GroupScales {
  const formats::KeptBlocks &kept;
  const Halide::ImageParam &records, &factors; // bytes, by their place in a row block and the row block
  Halide::Expr lane, row, block;               // row: the first of the vector
  Halide::Expr piece, shared; // where the group's bytes begin, and those that its record's groups share

  /// Of half a group where it has two, else `half` is 0.
  Halide::Expr scale(int half) const;
  /// What is added to every weight, of formats with minimums.
  Halide::Expr minimum() const;

private:
  Halide::Expr numbersAt(const std::string &function, const Halide::Expr &start, int64_t offset, int bytes) const;
  Halide::Expr shareOf(int64_t inPiece, int64_t inShared) const;
  Halide::Expr ofRow(int64_t factor, int64_t inPiece, int offset) const;
};

} // namespace weebill::kernels

#endif // WEEBILL_CODEGEN_KERNELS_GROUPSCALES_H
