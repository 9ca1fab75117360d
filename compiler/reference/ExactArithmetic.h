//===- ExactArithmetic.h - docs/numerics.md, to the bit ----------*- C++ -*-===//
//
// Every float operation in the order that docs/numerics.md gives, written from that page and nothing else. Emitted
// programs are compared with this by memcmp. Tested by tests/unit/compiler/reference/ExactArithmeticTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_REFERENCE_EXACTARITHMETIC_H
#define WEEBILL_COMPILER_REFERENCE_EXACTARITHMETIC_H

#include "compiler/import/RopeFrequency.h"
#include "compiler/reference/Rows.h"

namespace weebill::reference {

struct ExactArithmetic {
  using Real = float;

  /// Tokens that linear() takes at once: independent sums side by side, which changes none of them.
  static constexpr int64_t kTile = 8;

  static float exponential(float x);
  static float silu(float x);
  static float geluTanh(float x);

  /// y[columns] = x / sqrt(mean(x^2) + epsilon) * gain; y may be x.
  static void rmsNorm(const float *x, const float *gain, int64_t columns, float epsilon, float *y);

  /// y[size] = x / sqrt(mean(x^2) + epsilon) * gain * scale of one head; without a gain it is 1. y may be x.
  static void headNorm(const float *x, const float *gain, int64_t size, float epsilon, float scale, float *y);

  /// Codes of a row, asymmetric.
  static CodeScale<float> quantize(const float *x, int64_t columns, uint8_t *codes);

  /// The same, symmetric: the zero point is 128.
  static CodeScale<float> quantizeSymmetric(const float *x, int64_t columns, uint8_t *codes);

  /// Signed codes of a group of `count`; returns their scale.
  static float quantizeGroup(const float *x, int64_t count, int8_t *codes);

  /// Codes -127..127 of a head's key or value; returns their scale.
  static float quantizeHead(const float *x, int64_t headSize, float *codes);

  /// sums[token] = row . x[.][token] for a tile of tokens, x as [columns][kTile].
  static void linear(const float *row, const float *x, int64_t columns, float *sums);

  /// A row's product with codes from their exact sums: sum = sum of codes * row.
  static float scaleSum(int32_t sum, int32_t rowSum, CodeScale<float> input, float weightScale);

  /// `y` and the product of some weights of a group, from the exact sum of codes times codes.
  static float addProducts(float y, int32_t products, float inputScale, float weightScale);
  /// `y` and what the minimum of a group's weights adds, from the exact sum of the input's codes.
  static float addMinimum(float y, float minimum, float inputScale, int32_t inputSum);

  /// A weight code as a number.
  static float weight(int8_t code, float scale) { return float(code) * scale; }
  static float weight(int32_t code, float scale, float minimum) {
    float product = scale * float(code);
    return product + minimum;
  }

  /// y[columns] of a token from rows of the last `width` tokens, the oldest first; nullptr: a row of zeros. `taps` is
  /// [width][columns].
  static void convolve(const float *const *rows, const float *taps, int64_t width, int64_t columns, float *y);

  /// Rotates one head of a token in place.
  static void rope(float *x, int64_t headSize, int64_t position, const importer::RopeSettings &settings, float scale);

  /// What one query head sees of keys and values, which begin with position 0 and are `stride` elements apart.
  static void attend(const float *query, const float *keys, const float *values, int64_t stride, Seen seen,
                     int64_t headSize, float *y, CacheScales<float> scales = {});
};

} // namespace weebill::reference

#endif // WEEBILL_COMPILER_REFERENCE_EXACTARITHMETIC_H
