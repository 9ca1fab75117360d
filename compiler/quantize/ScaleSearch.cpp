//===- ScaleSearch.cpp - The scale of a group -----------------------------===//
//
// Tested by tests/unit/compiler/quantize/ScaleSearchTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/ScaleSearch.h"

#include "codegen/formats/Half.h"
#include "compiler/import/gguf/Dequantize.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace weebill::quantize {

namespace {

/// To the nearest integer, half to even; of numbers far below 2^51. As one sum it is done for several at once.
inline double rounded(double x) { return (x + 0x1.8p52) - 0x1.8p52; }

class Search {
public:
  Search(const GroupFormat &format, const float *weights, const float *importance)
      : lowest(format.lowest), highest(format.highest), hasMinimum(format.hasMinimum) {
    double total = 0;
    for (int i = 0; i < kGroup; ++i) {
      w[i] = double(weights[i]);
      total += h[i] = double(importance[i]);
    }
    if (total == 0) // of columns that nothing was seen of
      std::fill(h, h + kGroup, 1.0);
  }

  Group best() {
    const double low = *std::min_element(w, w + kGroup), high = *std::max_element(w, w + kGroup);
    const double extreme = std::fabs(low) > std::fabs(high) ? low : high;
    // Steps of a tenth of a code: what is cut off at the ends makes the rest finer.
    for (int tenths = -10; tenths <= 10; ++tenths) {
      if (hasMinimum)
        tryBoth((high - low) / (highest + 0.1 * tenths), low);
      else
        for (int end : {lowest, highest})
          tryScale(extreme / (end + 0.1 * tenths * (end < 0 ? -1 : 1)));
    }
    if (hasMinimum && low == high)
      take(0, low);
    if (leastError == std::numeric_limits<double>::infinity())
      throw std::invalid_argument("weights of up to " + std::to_string(std::fabs(extreme)) +
                                  " have a scale that float16 does not hold");
    return found;
  }

private:
  void code(double scale, double minimum) {
    const double inverse = scale == 0 ? 0 : 1 / scale;
    for (int i = 0; i < kGroup; ++i)
      q[i] = std::clamp(rounded((w[i] - minimum) * inverse), double(lowest), double(highest));
  }

  /// With the scale that suits the codes best.
  void tryScale(double scale) {
    code(scale, 0);
    double products = 0, squares = 0;
    for (int i = 0; i < kGroup; ++i) {
      products += h[i] * w[i] * q[i];
      squares += h[i] * q[i] * q[i];
    }
    take(squares == 0 ? 0 : products / squares, 0);
  }

  /// With the scale and the minimum that suit them best.
  void tryBoth(double scale, double minimum) {
    code(scale, minimum);
    double s = 0, sq = 0, sqq = 0, sw = 0, swq = 0;
    for (int i = 0; i < kGroup; ++i) {
      s += h[i];
      sq += h[i] * q[i];
      sqq += h[i] * q[i] * q[i];
      sw += h[i] * w[i];
      swq += h[i] * w[i] * q[i];
    }
    const double determinant = s * sqq - sq * sq;
    if (determinant > 0)
      take((s * swq - sq * sw) / determinant, (sqq * sw - sq * swq) / determinant);
  }

  /// Keeps the two as float16 has them if nothing was better.
  void take(double exactScale, double exactMinimum) {
    if (!(std::fabs(exactScale) < double(formats::kHalfOverflow)) ||
        !(std::fabs(exactMinimum) < double(formats::kHalfOverflow)))
      return;
    const uint16_t scale = formats::toHalf(float(exactScale)), minimum = formats::toHalf(float(exactMinimum));
    const double d = double(gguf::halfToFloat(scale)), m = double(gguf::halfToFloat(minimum));
    code(d, m);
    double error = 0;
    for (int i = 0; i < kGroup; ++i) {
      const double off = w[i] - (d * q[i] + m);
      error += h[i] * off * off;
    }
    if (!(error < leastError))
      return;
    leastError = error;
    found.scale = scale;
    found.minimum = minimum;
    for (int i = 0; i < kGroup; ++i)
      found.codes[i] = int8_t(q[i]);
  }

  const int lowest, highest;
  const bool hasMinimum;
  double w[kGroup], h[kGroup], q[kGroup];
  double leastError = std::numeric_limits<double>::infinity();
  Group found;
};

/// Eight bits are fine enough for the plain rule.
Group plainGroup(const GroupFormat &format, const float *weights) {
  double greatest = 0;
  for (int i = 0; i < kGroup; ++i)
    greatest = std::max(greatest, std::fabs(double(weights[i])));
  if (!(greatest / format.highest < double(formats::kHalfOverflow)))
    throw std::invalid_argument("weights of up to " + std::to_string(greatest) +
                                " have a scale that float16 does not hold");
  Group group;
  group.scale = formats::toHalf(float(greatest / format.highest));
  const float scale = gguf::halfToFloat(group.scale);
  for (int i = 0; i < kGroup; ++i)
    group.codes[i] = int8_t(nearestCode(format, scale, 0, weights[i]));
  return group;
}

} // namespace

int nearestCode(const GroupFormat &format, float scale, float minimum, float weight) {
  const double code = scale == 0 ? 0 : (double(weight) - double(minimum)) / double(scale);
  return int(std::clamp(rounded(std::clamp(code, -1e6, 1e6)), double(format.lowest), double(format.highest)));
}

Group searchGroup(const GroupFormat &format, const float *weights, const float *importance) {
  return format.bits == 8 ? plainGroup(format, weights) : Search(format, weights, importance).best();
}

} // namespace weebill::quantize
