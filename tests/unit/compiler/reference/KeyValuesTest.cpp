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

using namespace weebill;

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
  EXPECT_EQ(half.attend(queries, 4).values, roundedBefore.attend(queries, 4).values);
  EXPECT_NE(half.attend(queries, 4).values, asTheyAre.attend(queries, 4).values);
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

  const auto y = state.attend(queries, heads);
  // Of positions 0 to t the mean is 5 t: sums of three numbers and a third of them are within 3 roundings of floats
  // near 10.
  for (int token = 0; token < tokens; ++token)
    for (int column = 0; column < heads * headSize; ++column)
      EXPECT_NEAR(y.row(token)[column], 5 * token + (column / headSize) / 2, 3 * 11 * 0x1p-24);
}

} // namespace
