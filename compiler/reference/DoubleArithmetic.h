//===- DoubleArithmetic.h - What the ops mean --------------------*- C++ -*-===//
//
// The formulas of the dialect in double precision, sums in plain order. Numbers that a model quantizes to are still
// integers: codes come from the same formulas, in double. Tested by tests/unit/compiler/reference/InterpreterTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_REFERENCE_DOUBLEARITHMETIC_H
#define WEEBILL_COMPILER_REFERENCE_DOUBLEARITHMETIC_H

#include "compiler/import/RopeFrequency.h"
#include "compiler/reference/Rows.h"

#include <cmath>

namespace weebill::reference {

/// As ExactArithmetic, function by function.
struct DoubleArithmetic {
  using Real = double;
  static constexpr int64_t kTile = 8;

  static double exponential(double x) { return std::exp(x); }
  static double silu(double x);
  static double geluTanh(double x);
  static void rmsNorm(const double *x, const float *gain, int64_t columns, float epsilon, double *y);
  static void headNorm(const double *x, const float *gain, int64_t size, float epsilon, float scale, double *y);
  static CodeScale<double> quantize(const double *x, int64_t columns, uint8_t *codes);

  /// The same, symmetric: the zero point is 128.
  static CodeScale<double> quantizeSymmetric(const double *x, int64_t columns, uint8_t *codes);

  static double quantizeGroup(const double *x, int64_t count, int8_t *codes);

  /// Codes -127..127 of a head's key or value; returns their scale.
  static double quantizeHead(const double *x, int64_t headSize, double *codes);
  static void linear(const float *row, const double *x, int64_t columns, double *sums);
  static double scaleSum(int32_t sum, int32_t rowSum, CodeScale<double> input, float weightScale);
  static double addProducts(double y, int32_t products, double inputScale, float weightScale) {
    return y + double(products) * inputScale * double(weightScale);
  }
  static double addMinimum(double y, float minimum, double inputScale, int32_t inputSum) {
    return y + double(minimum) * inputScale * double(inputSum);
  }
  static double weight(int8_t code, float scale) { return double(code) * double(scale); }
  static double weight(int32_t code, float scale, float minimum) {
    return double(scale) * double(code) + double(minimum);
  }
  static void convolve(const double *const *rows, const float *taps, int64_t width, int64_t columns, double *y);
  static void rope(double *x, int64_t headSize, int64_t position, const importer::RopeSettings &settings, float scale);
  static void attend(const double *query, const double *keys, const double *values, int64_t stride, Seen seen,
                     int64_t headSize, double *y, CacheScales<double> scales = {});
};

} // namespace weebill::reference

#endif // WEEBILL_COMPILER_REFERENCE_DOUBLEARITHMETIC_H
