//===- CrossMatrices.h - Matrices of another kind of CPU ---------*- C++ -*-===//
//
// int8 and float matrices, gated ones too: a part of CrossKernels.cpp, which includes the kernels under test before.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_TESTS_CROSSMATRICES_H
#define WEEBILL_TESTS_CROSSMATRICES_H

#include "CrossExpectations.h"

namespace weebill::tests {

struct Int8Data {
  std::vector<u8> codes;
  std::vector<i8> values;
  std::vector<i32> rowSum, tokenZero;
  std::vector<f32> scale, tokenScale;

  Int8Data(int tokens, int rows, bool extreme)
      : codes(tokens * kColumns), values(rows * kColumns), rowSum(rows), tokenZero(tokens), scale(rows),
        tokenScale(tokens) {
    for (u8 &c : codes)
      c = u8(extreme ? (engine() % 2 ? 255 : 0) : engine() % 256);
    for (size_t i = 0; i < values.size(); ++i)
      values[i] = i8(extreme ? (i / 4 % 2 ? 127 : -127) : i32(engine() % 255) - 127);
    for (int row = 0; row < rows; ++row) {
      scale[row] = 0.001f * f32(row + 1);
      for (int k = 0; k < kColumns; ++k)
        rowSum[row] += reference::weight(values.data(), kColumns, row, k);
    }
    for (int t = 0; t < tokens; ++t) {
      tokenScale[t] = 0.013f * f32(t + 1);
      tokenZero[t] = extreme ? 255 * (t % 2) : 77 + t;
    }
  }

  f32 value(int token, int row) const {
    return reference::linearInt8(codes.data() + token * kColumns, values.data(), rowSum.data(), scale.data(),
                                 tokenScale[token], tokenZero[token], kColumns, row);
  }
};

inline void testInt8(bool extreme) {
  const int rows = 16 * kDecodeBlocks, tileRows = 16 * kTileBlocks, pairRows = 16 * kDecodePairs;
  {
    const Int8Data d(1, rows, extreme);
    std::vector<f32> y = normals(rows), expected = y;
    for (int row = 0; row < rows; ++row)
      expected[row] = expected[row] + d.value(0, row);
    linear_int8(d.codes.data(), d.values.data(), d.rowSum.data(), d.scale.data(), d.tokenScale.data(),
                d.tokenZero.data(), y.data());
    expectSame(y, expected, "linear int8");
  }
  {
    const Int8Data d(kTileTokens, tileRows, extreme);
    std::vector<f32> y(kTileTokens * tileRows), expected(y.size());
    for (int t = 0; t < kTileTokens; ++t)
      for (int row = 0; row < tileRows; ++row)
        expected[t * tileRows + row] = d.value(t, row);
    linear_int8_tile(d.codes.data(), d.values.data(), d.rowSum.data(), d.scale.data(), d.tokenScale.data(),
                     d.tokenZero.data(), y.data(), tileRows);
    expectSame(y, expected, "linear int8, tile");
  }
  {
    const Int8Data d(1, 2 * pairRows, extreme);
    std::vector<f32> y(pairRows), expected(y.size());
    for (int row = 0; row < pairRows; ++row) {
      const int gate = row / 16 * 32 + row % 16;
      expected[row] = reference::silu(d.value(0, gate)) * d.value(0, gate + 16);
    }
    swiglu_int8(d.codes.data(), d.values.data(), d.rowSum.data(), d.scale.data(), d.tokenScale.data(),
                d.tokenZero.data(), y.data());
    expectSame(y, expected, "SwiGLU int8");
  }
}

/// Kernels of float matrices: `store` makes of the values what they take.
template <class Store, class Tile, class Swiglu>
void testFloats(Store store, Tile linearTile, Swiglu swiglu, const char *tileName, const char *swigluName) {
  const int tileRows = 16 * kTileBlocks, pairRows = 16 * kDecodePairs;
  const std::vector<f32> x = normals(kTileTokens * kColumns);
  std::vector<f32> values = normals(tileRows * kColumns), y(kTileTokens * tileRows), expected(y.size());
  const auto stored = store(values);
  for (int t = 0; t < kTileTokens; ++t)
    for (int row = 0; row < tileRows; ++row)
      expected[t * tileRows + row] = reference::linearF32(x.data() + t * kColumns, values.data(), kColumns, row);
  linearTile(x.data(), stored, y.data(), tileRows);
  expectSame(y, expected, tileName);

  std::vector<f32> pairs = normals(2 * pairRows * kColumns), gated(pairRows), expectedGated(pairRows);
  const auto storedPairs = store(pairs);
  for (int row = 0; row < pairRows; ++row) {
    auto value = [&](int r) { return reference::linearF32(x.data(), pairs.data(), kColumns, r); };
    const int gate = row / 16 * 32 + row % 16;
    expectedGated[row] = reference::silu(value(gate)) * value(gate + 16);
  }
  swiglu(x.data(), storedPairs, gated.data());
  expectSame(gated, expectedGated, swigluName);
}

inline void testFloats() {
  testFloats([](const std::vector<f32> &values) { return values; },
             [](const f32 *x, const std::vector<f32> &values, f32 *y, int rows) {
               linear_f32_tile(x, values.data(), y, kColumns, rows);
             },
             [](const f32 *x, const std::vector<f32> &values, f32 *y) { swiglu_f32(x, values.data(), y); },
             "linear f32, tile", "SwiGLU f32");
  const auto rounded = [](std::vector<f32> &values) {
    std::vector<u16> bits(values.size());
    for (size_t i = 0; i < values.size(); ++i) {
      bits[i] = reference::toHalf(values[i]);
      values[i] = reference::fromHalf(bits[i]);
    }
    return bits;
  };
  testFloats(
      rounded,
      [](const f32 *x, const std::vector<u16> &values, f32 *y, int rows) {
        linear_f16_tile(x, halves(values), y, kColumns, rows);
      },
      [](const f32 *x, const std::vector<u16> &values, f32 *y) { swiglu_f16(x, halves(values), y); },
      "linear f16, tile", "SwiGLU f16");
}

} // namespace weebill::tests

#endif // WEEBILL_TESTS_CROSSMATRICES_H
