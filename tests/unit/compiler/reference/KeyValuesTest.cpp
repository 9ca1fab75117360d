//===- KeyValuesTest.cpp - The cache of one visit -----------------------===//
//
// The cache of one visit: rounding on the way in, positions, which keys a head sees.
//
//===----------------------------------------------------------------------===//

#include "compiler/reference/KeyValues.h"

#include "RandomSource.h"
#include "compiler/reference/DoubleArithmetic.h"
#include "compiler/reference/ExactArithmetic.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

using namespace weebill::reference;
using namespace weebill::tests;

namespace {

template <typename A> class KeyValuesTest : public testing::Test {
protected:
  using Real = typename A::Real;

  static Rows<Real> randomRows(int64_t tokens, int64_t columns, unsigned seed) {
    Rows<Real> rows(tokens, columns);
    std::vector<float> numbers = normalNumbers(tokens * columns, seed);
    std::copy(numbers.begin(), numbers.end(), rows.values.begin());
    return rows;
  }

  static Rows<Real> rounded(Rows<Real> rows) {
    for (Real &value : rows.values)
      value = Real(roundToHalf(value));
    return rows;
  }
};

using Arithmetics = testing::Types<DoubleArithmetic, ExactArithmetic>;
TYPED_TEST_SUITE(KeyValuesTest, Arithmetics);

TYPED_TEST(KeyValuesTest, Float16IsRoundedToOnTheWayIn) {
  const auto keys = this->randomRows(5, 8, 1), values = this->randomRows(5, 8, 2), queries = this->randomRows(5, 16, 3);
  KeyValues<TypeParam> half, roundedBefore, asTheyAre;
  half.append(keys, values, 2, Kept::Half);
  roundedBefore.append(this->rounded(keys), this->rounded(values), 2, Kept::AsTheyAre);
  asTheyAre.append(keys, values, 2, Kept::AsTheyAre);
  EXPECT_EQ(half.attend(queries, 4, 0).values, roundedBefore.attend(queries, 4, 0).values);
  EXPECT_NE(half.attend(queries, 4, 0).values, asTheyAre.attend(queries, 4, 0).values);
}

TYPED_TEST(KeyValuesTest, CodesStandForNumbersOfTheirHead) {
  // Two key-value heads of which one is a thousand times greater: with one scale for both, the small one would be lost.
  using Real = typename TypeParam::Real;
  auto keys = this->randomRows(5, 8, 1), values = this->randomRows(5, 8, 2);
  const auto queries = this->randomRows(5, 16, 3);
  for (int token = 0; token < 5; ++token)
    for (int column = 4; column < 8; ++column)
      values.row(token)[column] *= 1000;
  KeyValues<TypeParam> codes, asTheyAre;
  codes.append(keys, values, 2, Kept::Codes);
  asTheyAre.append(keys, values, 2, Kept::AsTheyAre);
  const Rows<Real> found = codes.attend(queries, 4, 0), wanted = asTheyAre.attend(queries, 4, 0);
  // Half a code is 1 / 254 of the greatest number of a head. A score is off by that times the sum of |query| at most, a
  // probability then by a factor of e to twice that, a value by half a code of its own.
  const auto greatest = [](const Rows<Real> &rows, int64_t first, int64_t count) {
    double most = 0;
    for (int64_t token = 0; token < rows.tokens; ++token)
      for (int64_t column = first; column < first + count; ++column)
        most = std::max(most, std::fabs(double(rows.row(token)[column])));
    return most;
  };
  for (int head = 0; head < 4; ++head) {
    const int group = head / 2 * 4;
    const double score = 4 * greatest(queries, 4 * head, 4) * greatest(keys, group, 4) / 254;
    const double bound = (std::exp(2 * score) - 1 + 1.0 / 254) * greatest(values, group, 4);
    for (int token = 0; token < 5; ++token)
      for (int column = 4 * head; column < 4 * head + 4; ++column)
        EXPECT_NEAR(found.row(token)[column], wanted.row(token)[column], bound) << "head " << head;
  }
  EXPECT_NE(found.values, wanted.values);
}

TYPED_TEST(KeyValuesTest, AHeadSeesItsGroupAndThePositionsUpToItsOwn) {
  // One key everywhere, so that all positions weigh the same; values tell position and key-value head: 10 * position +
  // head.
  constexpr int tokens = 3, heads = 4, keyValueHeads = 2, headSize = 2;
  Rows<typename TypeParam::Real> keys(tokens, keyValueHeads * headSize), values = keys,
                                                                         queries(tokens, heads * headSize);
  for (int token = 0; token < tokens; ++token)
    for (int column = 0; column < keyValueHeads * headSize; ++column)
      values.row(token)[column] = 10 * token + column / headSize;
  KeyValues<TypeParam> state;
  EXPECT_EQ(state.positions(), 0);
  state.append(keys, values, keyValueHeads, Kept::AsTheyAre);
  EXPECT_EQ(state.positions(), tokens);

  const auto y = state.attend(queries, heads, 0);
  // Of positions 0 to t the mean is 5 t: sums of three numbers and a third of them are within 3 roundings of floats
  // near 10.
  for (int token = 0; token < tokens; ++token)
    for (int column = 0; column < heads * headSize; ++column)
      EXPECT_NEAR(y.row(token)[column], 5 * token + (column / headSize) / 2, 3 * 11 * 0x1p-24);
}

} // namespace
