//===- WeightStoreTest.cpp - Weights of the interpreter -----------------===//
//
// Weights of the interpreter: quantization of a row by hand, and errors.
//
//===----------------------------------------------------------------------===//

#include "compiler/reference/WeightStore.h"

#include "RandomSource.h"

#include <gtest/gtest.h>

using namespace weebill::importer;
using namespace weebill::reference;
using namespace weebill::tests;

namespace {

std::vector<int> codesOf(std::vector<float> row, float expectedScale) {
  std::vector<int8_t> codes(row.size());
  EXPECT_EQ(quantizeWeightRow(row.data(), row.size(), codes.data()), expectedScale);
  return {codes.begin(), codes.end()};
}

TEST(QuantizeWeightRow, RoundsHalfToEven) {
  // The largest is 127, so the scale is 1 and a weight is its own quotient.
  EXPECT_EQ(codesOf({127, 0.5f, 1.5f, 2.5f, -0.5f, -1.5f, -126.5f}, 1), (std::vector<int>{127, 0, 2, 2, 0, -2, -126}));
}

TEST(QuantizeWeightRow, UsesTheWholeRangeOnBothSides) {
  EXPECT_EQ(codesOf({-254, 254, 1}, 2), (std::vector<int>{-127, 127, 0}));
}

TEST(QuantizeWeightRow, ZeroRowHasScaleZero) { EXPECT_EQ(codesOf({0, 0}, 0), (std::vector<int>{0, 0})); }

TEST(WeightStore, QuantizesRowByRow) {
  RandomSource source;
  source.add("w", 2, 2, {127, -1, 1, 2});
  WeightStore store(source);
  const Int8Matrix &matrix = store.codes("w", 2, 2);
  EXPECT_EQ(matrix.values, (std::vector<int8_t>{127, -1, 64, 127})); // 1 / (2 / 127) = 63.5, to even
  EXPECT_EQ(matrix.scales, (std::vector<float>{1, 2 / 127.0f}));
  EXPECT_EQ(matrix.rowSums, (std::vector<int32_t>{126, 191}));
}

TEST(WeightStore, RefusesOtherShapesAndNames) {
  RandomSource source;
  source.add("w", 2, 3, {1, 2, 3, 4, 5, 6});
  WeightStore store(source);
  EXPECT_EQ(store.floats("w", 2, 3).row(1)[0], 4);
  auto message = [&](auto call) -> std::string {
    try {
      call();
    } catch (const InputError &error) {
      return error.what();
    }
    return "no error";
  };
  EXPECT_EQ(message([&] { store.floats("w", 3, 2); }), "tensor 'w' has 2 x 3 elements but the module says 3 x 2");
  EXPECT_EQ(message([&] { store.codes("v", 2, 3); }), "tensor 'v' is used by the module but not in the model file");
}

} // namespace
