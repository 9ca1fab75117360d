//===- FloatOps.h - Ops of a model over many tokens --------------*- C++ -*-===//
//
// What calibration computes between matrices: float32, all tokens of all sequences at once, shared out by rows or by
// heads so that no result depends on the number of threads. Exactness is the reference interpreter's; this is for
// speed. Tested by tests/unit/compiler/quantize/FloatOpsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_QUANTIZE_FLOATOPS_H
#define WEEBILL_COMPILER_QUANTIZE_FLOATOPS_H

#include "compiler/import/RopeFrequency.h"
#include "compiler/quantize/Products.h"

#include <vector>

namespace weebill::quantize {

/// Each head of each row by itself, in place; a whole row is one head. No gain: an empty one.
void normHeads(Matrix &x, int64_t heads, const std::vector<float> &gain, float epsilon, float scale);

/// Turns the heads of rows, which are sequences of that length one behind the other, by their positions.
void turnHeads(Matrix &x, int64_t heads, int64_t length, const importer::RopeSettings &settings, float scale);

/// Each `size` neighbouring columns with each other: lm.hadamard.
void mix(Matrix &x, int64_t size);

void silu(Matrix &x);
void geluTanh(Matrix &x);

struct Heads {
  int64_t queries, keyValues; // of them
  int64_t window;             // positions that a token sees, its own included; 0: all
};

/// Attention inside each sequence.
Matrix attend(const Matrix &queries, const Matrix &keys, const Matrix &values, Heads heads, int64_t length);

/// What lm.gated_convolution does, inside each sequence: of rows of the gate before, the gate behind and what is
/// convolved. `taps` is [width][columns of a gate].
Matrix convolve(const Matrix &x, const std::vector<float> &taps, int64_t width, int64_t length);

} // namespace weebill::quantize

#endif // WEEBILL_COMPILER_QUANTIZE_FLOATOPS_H
