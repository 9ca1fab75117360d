//===- QuantizeTest.cpp ---------------------------------------------------===//
//
// The definition of docs/numerics.md on rows whose answer is known, and its error bound on random ones.
//
//===----------------------------------------------------------------------===//

#include "codegen/weights/Quantize.h"

#include <cmath>
#include <gtest/gtest.h>
#include <numeric>
#include <random>
#include <vector>

using namespace weebill::weights;

namespace {

struct Quantized {
  QuantizedRow row;
  std::vector<int> values;
};

Quantized quantize(const std::vector<float> &row) {
  std::vector<int8_t> values(row.size());
  const QuantizedRow result = quantizeRow(row, values);
  return {result, {values.begin(), values.end()}};
}

TEST(QuantizeTest, RoundsHalfToEven) {
  // The scale is exactly 1, so the quotients are the weights.
  const Quantized q = quantize({127, 0.5f, 1.5f, 2.5f, -0.5f, -1.5f, -2.5f, 126.5f, -127});
  EXPECT_EQ(q.row.scale, 1);
  EXPECT_EQ(q.values, (std::vector<int>{127, 0, 2, 2, 0, -2, -2, 126, -127}));
  EXPECT_EQ(q.row.rowSum, 126);
}

TEST(QuantizeTest, ARowOfZerosHasScaleZero) {
  const Quantized q = quantize({0, -0.0f, 0});
  EXPECT_EQ(q.row.scale, 0);
  EXPECT_EQ(q.row.rowSum, 0);
  EXPECT_EQ(q.values, (std::vector<int>{0, 0, 0}));
}

TEST(QuantizeTest, ARowTooSmallForAScaleIsZero) {
  const float smallest = std::numeric_limits<float>::denorm_min();
  const Quantized q = quantize({smallest, -smallest});
  EXPECT_EQ(q.row.scale, 0);
  EXPECT_EQ(q.values, (std::vector<int>{0, 0}));
}

TEST(QuantizeTest, LargestMagnitudesStayInRange) {
  const float largest = std::numeric_limits<float>::max();
  const Quantized q = quantize({largest, -largest, largest / 4});
  EXPECT_EQ(q.values, (std::vector<int>{127, -127, 32}));
}

TEST(QuantizeTest, IsWithinHalfAStep) {
  std::mt19937 random(7);
  std::normal_distribution<float> weight(0, 0.05f);
  for (int trial = 0; trial < 100; ++trial) {
    std::vector<float> row(576);
    for (float &w : row)
      w = weight(random);
    const Quantized q = quantize(row);
    EXPECT_EQ(q.row.rowSum, std::accumulate(q.values.begin(), q.values.end(), 0));
    // Half a step from rounding; scale and quotient are each off by at most half a unit in the last place: 127 * 2 *
    // 2^-24 steps.
    const double bound = (0.5 + 127 * std::ldexp(2.0, -24)) * q.row.scale;
    int largest = 0;
    for (size_t i = 0; i < row.size(); ++i) {
      EXPECT_NEAR(double(q.values[i]) * q.row.scale, row[i], bound);
      largest = std::max(largest, std::abs(q.values[i]));
    }
    EXPECT_EQ(largest, 127);
  }
}

} // namespace
