//===- FloatOpsTest.cpp ---------------------------------------------------===//
//
// Each op is what the reference interpreter says it is, for sequences side by side.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/FloatOps.h"

#include "compiler/reference/DoubleArithmetic.h"

#include <gtest/gtest.h>
#include <random>

using namespace weebill;
using namespace weebill::quantize;
using reference::DoubleArithmetic;

namespace {

constexpr int64_t kLength = 9, kSequences = 3, kTokens = kLength * kSequences;

Matrix randomMatrix(int64_t rows, int64_t columns, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  return Matrix::NullaryExpr(rows, columns, [&] { return normal(random); });
}

std::vector<double> rowOf(const Matrix &x, int64_t row) { return {x.row(row).begin(), x.row(row).end()}; }

TEST(FloatOpsTest, ConvolutionsStayInTheirSequence) {
  constexpr int64_t kWidth = 3, kColumns = 8;
  const Matrix x = randomMatrix(kTokens, 3 * kColumns, 11), taps = randomMatrix(kWidth, kColumns, 12);
  const std::vector<float> list(taps.data(), taps.data() + taps.size());
  const Matrix y = convolve(x, list, kWidth, kLength);
  ASSERT_EQ(y.cols(), kColumns);
  for (int64_t sequence = 0; sequence < kSequences; ++sequence) {
    std::vector<std::vector<double>> gated; // of this sequence alone
    for (int64_t token = 0; token < kLength; ++token) {
      const std::vector<double> row = rowOf(x, sequence * kLength + token);
      gated.emplace_back();
      for (int64_t i = 0; i < kColumns; ++i)
        gated.back().push_back(row[i] * row[2 * kColumns + i]);
      std::vector<const double *> seen(kWidth, nullptr);
      for (int64_t k = 0; k < kWidth; ++k)
        if (const int64_t other = token - (kWidth - 1) + k; other >= 0)
          seen[k] = gated[other].data();
      std::vector<double> wanted(kColumns);
      DoubleArithmetic::convolve(seen.data(), list.data(), kWidth, kColumns, wanted.data());
      for (int64_t i = 0; i < kColumns; ++i)
        EXPECT_NEAR(y(sequence * kLength + token, i), row[kColumns + i] * wanted[i], 1e-5);
    }
  }
}

TEST(FloatOpsTest, NormsOfHeads) {
  for (bool hasGain : {true, false}) {
    const Matrix x = randomMatrix(kTokens, 24, 1), gains = randomMatrix(1, 8, 2);
    const std::vector<float> gain = hasGain ? std::vector<float>(gains.data(), gains.data() + 8) : std::vector<float>();
    Matrix y = x;
    normHeads(y, 3, gain, 1e-3f, 0.5f);
    for (int64_t row = 0; row < kTokens; ++row) {
      std::vector<double> wanted = rowOf(x, row);
      for (int head = 0; head < 3; ++head)
        DoubleArithmetic::headNorm(wanted.data() + 8 * head, hasGain ? gain.data() : nullptr, 8, 1e-3f, 0.5f,
                                   wanted.data() + 8 * head);
      for (int64_t i = 0; i < 24; ++i)
        ASSERT_NEAR(y(row, i), wanted[i], 1e-6);
    }
  }
}

TEST(FloatOpsTest, ColumnsAreMixedInGroups) {
  const Matrix x = randomMatrix(kTokens, 24, 4);
  Matrix y = x;
  mix(y, 8);
  for (int64_t row = 0; row < kTokens; ++row) {
    std::vector<double> wanted = rowOf(x, row);
    reference::mix(wanted.data(), 24, 8);
    for (int64_t i = 0; i < 24; ++i)
      ASSERT_NEAR(y(row, i), wanted[i], 1e-5);
  }
}

TEST(FloatOpsTest, EverySequenceTurnsFromItsFirstPosition) {
  const importer::RopeSettings settings{10000, {4, 1, 4, 16}};
  const Matrix x = randomMatrix(kTokens, 24, 3);
  Matrix y = x;
  turnHeads(y, 3, kLength, settings, 0.25f);
  for (int64_t row = 0; row < kTokens; ++row) {
    std::vector<double> wanted = rowOf(x, row);
    for (int head = 0; head < 3; ++head)
      DoubleArithmetic::rope(wanted.data() + 8 * head, 8, row % kLength, settings, 0.25f);
    for (int64_t i = 0; i < 24; ++i)
      ASSERT_NEAR(y(row, i), wanted[i], 1e-6);
  }
}

TEST(FloatOpsTest, Activations) {
  const Matrix x = 5 * randomMatrix(kTokens, 7, 4);
  Matrix y = x, z = x;
  silu(y);
  geluTanh(z);
  for (int64_t row = 0; row < kTokens; ++row)
    for (int64_t i = 0; i < 7; ++i) {
      ASSERT_NEAR(y(row, i), DoubleArithmetic::silu(double(x(row, i))), 1e-5);
      ASSERT_NEAR(z(row, i), DoubleArithmetic::geluTanh(double(x(row, i))), 1e-5);
    }
}

TEST(FloatOpsTest, SequencesDoNotSeeEachOther) {
  const Matrix q = randomMatrix(kTokens, 32, 5), k = randomMatrix(kTokens, 16, 6), v = randomMatrix(kTokens, 16, 7);
  for (int64_t window : {0, 1, 4, 100}) {
    const Matrix y = attend(q, k, v, {4, 2, window}, kLength);
    for (int64_t row = 0; row < kTokens; ++row) {
      const int64_t first = row / kLength * kLength, seen = row - first + 1;
      std::vector<double> keys, values, out(8);
      for (int64_t position = first; position < first + kLength; ++position)
        for (int64_t i = 0; i < 16; ++i) {
          keys.push_back(double(k(position, i)));
          values.push_back(double(v(position, i)));
        }
      const std::vector<double> query = rowOf(q, row);
      for (int64_t head = 0; head < 4; ++head) {
        DoubleArithmetic::attend(query.data() + 8 * head, keys.data() + head / 2 * 8, values.data() + head / 2 * 8, 16,
                                 {window ? std::max<int64_t>(0, seen - window) : 0, seen}, 8, out.data());
        for (int64_t i = 0; i < 8; ++i)
          ASSERT_NEAR(y(row, head * 8 + i), out[i], 2e-6) << "window " << window << ", row " << row;
      }
    }
  }
}

} // namespace
