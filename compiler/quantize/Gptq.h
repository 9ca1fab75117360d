//===- Gptq.h - Rounding that makes up for its errors ------------*- C++ -*-===//
//
// Frantar et al. 2022, GPTQ, arXiv 2210.17323: columns of a matrix are rounded one after the other, and what each
// rounding does to the products of a calibration text is taken back, as far as it can be, by the columns that are left.
// Columns that matter most come first ("act order"); scales are searched before, so that groups stay whole. Tested by
// tests/unit/compiler/quantize/GptqTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_QUANTIZE_GPTQ_H
#define WEEBILL_COMPILER_QUANTIZE_GPTQ_H

#include "compiler/quantize/GroupFormat.h"
#include "compiler/quantize/Products.h"

#include <vector>

namespace weebill::quantize {

/// What the inputs of a matrix look like: their squares, prepared once for all matrices that read them.
struct Inputs {
  std::vector<int64_t> order;    // of columns, the greatest square first
  std::vector<float> importance; // of each column: its mean square
  Matrix triangle;               // of the inverse of the squares, in that order

  /// From the sum of x^T x of so many tokens, read above its diagonal.
  Inputs(const Matrix &squares, int64_t tokens);
};

/// Rounds weights [rows][columns]; they become what the blocks stand for.
void roundForInputs(const GroupFormat &format, const Inputs &inputs, Matrix &weights, std::vector<uint8_t> &blocks);

} // namespace weebill::quantize

#endif // WEEBILL_COMPILER_QUANTIZE_GPTQ_H
