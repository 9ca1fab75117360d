//===- CrossKernels.cpp - Kernels of another kind of CPU, tested there ----===//
//
// The program that CrossKernelsTest compiles with a cross compiler and runs in an emulator: a few shapes of every kind
// of kernel, and the functions of the vector section, against plain loops, to the bit. kernels_under_test.h is written
// by the test: the target's vectors and kernels, each under a fixed name, and the numbers of its schedule. Prints one
// line for every kind; exit code 1 if something differs.
//
//===----------------------------------------------------------------------===//

#include "kernels_under_test.h" // first: it switches contraction off, for the plain loops too

#include "ReferenceLoops.h"

#include <cstdio>
#include <random>

namespace reference = weebill::reference;

namespace {

int failures = 0;

template <class T> void expectSame(const std::vector<T> &found, const std::vector<T> &expected, const char *what) {
  size_t wrong = 0, first = 0;
  for (size_t i = found.size(); i-- > 0;)
    if (std::memcmp(&found[i], &expected[i], sizeof(T)) != 0)
      ++wrong, first = i;
  std::printf("%s: %zu of %zu differ", what, wrong, found.size());
  if (wrong)
    std::printf(", the first at %zu: %.9g for %.9g", first, double(found[first]), double(expected[first]));
  std::printf("\n");
  failures += wrong != 0;
}

std::mt19937 engine(5);

f32 normal() {
  static std::normal_distribution<f32> distribution;
  return distribution(engine);
}

std::vector<f32> normals(size_t size) {
  std::vector<f32> all(size);
  for (f32 &x : all)
    x = normal();
  return all;
}

const f16 *halves(const std::vector<u16> &bits) { return reinterpret_cast<const f16 *>(bits.data()); }

//===----------------------------------------------------------------------===//
// The vector section
//===----------------------------------------------------------------------===//

void testVectors() {
  std::vector<f32> x = {-87.5f, -INFINITY, 88.5f, INFINITY, -0.0f, 0.5f, 1.5f, 2.5f, -0.5f, -2.5f, 8388607.5f, 1e20f};
  for (u32 bits = 0; std::bit_cast<f32>(bits) <= 1e5f; bits += 19937)
    for (u32 sign : {0u, 0x80000000u})
      x.push_back(std::bit_cast<f32>(bits | sign));
  x.resize((x.size() + 15) / 16 * 16);
  const i32 size = i32(x.size());
  std::vector<f32> y(size), expected(size);

  exp_all(x.data(), y.data(), size);
  std::transform(x.begin(), x.end(), expected.begin(), reference::exponential);
  expectSame(y, expected, "exp");

  round_all(x.data(), y.data(), size);
  std::transform(x.begin(), x.end(), expected.begin(), [](f32 v) { return std::nearbyint(v); });
  expectSame(y, expected, "round_even");

  std::vector<u16> bits(size), expectedBits(size);
  to_half(x.data(), reinterpret_cast<f16 *>(bits.data()), size);
  std::transform(x.begin(), x.end(), expectedBits.begin(), reference::toHalf);
  expectSame(bits, expectedBits, "f16 from f32");

  std::vector<u16> all;
  for (u32 h = 0; h < 65536; ++h)
    if ((h & 0x7c00) != 0x7c00) // all that are finite
      all.push_back(u16(h));
  std::vector<f32> wide(all.size()), expectedWide(all.size());
  from_half(halves(all), wide.data(), i32(all.size()));
  std::transform(all.begin(), all.end(), expectedWide.begin(), reference::fromHalf);
  expectSame(wide, expectedWide, "f32 from f16");

  const std::vector<f32> a = {1, 2, NAN, 3, NAN, 0.0f, -0.0f, 5, 1, 1, 1, 1, 1, 1, 1, 1};
  const std::vector<f32> b = {2, 1, 4, NAN, NAN, -0.0f, 0.0f, 5, 1, 1, 1, 1, 1, 1, 1, 1};
  std::vector<f32> low = b, high = b, expectedLow = b, expectedHigh = b;
  min_all(a.data(), low.data(), 16);
  max_all(a.data(), high.data(), 16);
  for (size_t i = 0; i < a.size(); ++i) {
    expectedLow[i] = a[i] < b[i] ? a[i] : b[i];
    expectedHigh[i] = a[i] > b[i] ? a[i] : b[i];
  }
  expectSame(low, expectedLow, "min");
  expectSame(high, expectedHigh, "max");
}

//===----------------------------------------------------------------------===//
// Matrices
//===----------------------------------------------------------------------===//

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

void testInt8(bool extreme) {
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

void testFloats() {
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

//===----------------------------------------------------------------------===//
// Rows and attention
//===----------------------------------------------------------------------===//

void testRows() {
  const f32 epsilon = 1e-5f;
  const std::vector<f32> x = normals(kColumns), gain = normals(kColumns);
  std::vector<f32> y(kColumns), expected(kColumns);
  reference::rmsNorm(x.data(), gain.data(), epsilon, kColumns, expected.data());
  rms_norm(x.data(), gain.data(), epsilon, y.data());
  expectSame(y, expected, "norm");

  std::vector<u8> codes(kColumns), expectedCodes(kColumns);
  f32 scale = 0, expectedScale = 0;
  i32 zero = 0, expectedZero = 0;
  reference::quantize(expected.data(), kColumns, expectedCodes.data(), expectedScale, expectedZero);
  rms_norm_quantize(x.data(), gain.data(), epsilon, codes.data(), &scale, &zero);
  expectSame(codes, expectedCodes, "norm and codes");
  expectSame<f32>({scale, f32(zero)}, {expectedScale, f32(expectedZero)}, "scale and zero point");
  quantize(expected.data(), codes.data(), &scale, &zero);
  expectSame(codes, expectedCodes, "codes");
  reference::quantizeSymmetric(expected.data(), kColumns, expectedCodes.data(), expectedScale, expectedZero);
  quantize_symmetric(expected.data(), codes.data(), &scale, &zero);
  expectSame(codes, expectedCodes, "codes, symmetric");
  expectSame<f32>({scale, f32(zero)}, {expectedScale, f32(expectedZero)}, "scale and zero point, symmetric");

  const std::vector<f32> angles = normals(kHeadSize);
  std::vector<f32> rotated(kHeadSize), expectedRotated(kHeadSize);
  reference::rope(x.data(), angles.data(), angles.data() + kHeadSize / 2, 0.125f, kHeadSize, expectedRotated.data());
  rope(x.data(), angles.data(), angles.data() + kHeadSize / 2, 0.125f, rotated.data());
  expectSame(rotated, expectedRotated, "RoPE");

  const int wide = kHeadSize + 32; // fills no group of 64
  std::vector<f32> head(wide), expectedHead(wide);
  reference::headNorm(x.data(), gain.data(), epsilon, 0.3f, wide, expectedHead.data());
  head_norm(x.data(), gain.data(), epsilon, 0.3f, head.data());
  expectSame(head, expectedHead, "norm of a head");
  head.resize(kHeadSize);
  expectedHead.resize(kHeadSize);
  reference::headNorm(x.data(), nullptr, epsilon, 0.3f, kHeadSize, expectedHead.data());
  head_norm_plain(x.data(), epsilon, 0.3f, head.data());
  expectSame(head, expectedHead, "norm of a head without a gain");
}

void testAttention(i32 positions) {
  const i32 blocks = (positions + 63) / 64, stride = blocks * 64;
  std::vector<u16> keys(stride * kHeadSize, 0x7e00), values(stride * kHeadSize);
  std::vector<f32> key(kHeadSize), value(kHeadSize);
  for (i32 j = 0; j < positions; ++j) { // as a program fills its cache
    for (i32 d = 0; d < kHeadSize; ++d)
      key[d] = normal(), value[d] = normal();
    append_key(key.data(), reinterpret_cast<f16 *>(keys.data()) + j / 16 * 16 * kHeadSize + j % 16);
    append_value(value.data(), reinterpret_cast<f16 *>(values.data()) + j * kHeadSize);
    for (i32 d = 0; d < kHeadSize; ++d)
      failures += values[j * kHeadSize + d] != reference::toHalf(value[d]) ||
                  keys[(j / 16 * kHeadSize + d) * 16 + j % 16] != reference::toHalf(key[d]);
  }
  const std::vector<f32> query = normals(kGroupHeads * kHeadSize);
  std::vector<f32> probabilities(kGroupHeads * stride), expectedProbabilities(probabilities.size());
  std::vector<f32> sums(kGroupHeads), expectedSums(kGroupHeads), y(kGroupHeads * kHeadSize), expected(y.size());
  for (i32 h = 0; h < kGroupHeads; ++h) {
    const reference::Attention result = reference::attention(
        query.data() + h * kHeadSize, positions, kHeadSize,
        [&](i64 j, i64 d) { return reference::fromHalf(keys[(j / 16 * kHeadSize + d) * 16 + j % 16]); },
        [&](i64 j, i64 d) { return reference::fromHalf(values[j * kHeadSize + d]); });
    std::copy(result.probabilities.begin(), result.probabilities.end(), expectedProbabilities.begin() + h * stride);
    std::copy(result.y.begin(), result.y.end(), expected.begin() + h * kHeadSize);
    expectedSums[h] = result.sum;
  }
  attention_scores(query.data(), halves(keys), positions, blocks, stride, probabilities.data(), probabilities.data(),
                   sums.data());
  expectSame(probabilities, expectedProbabilities, "probabilities");
  expectSame(sums, expectedSums, "their sums");
  attention_values(probabilities.data(), sums.data(), halves(values), blocks, stride, y.data());
  expectSame(y, expected, "attention");
}

/// The same of a cache of codes.
void testCodedAttention(i32 positions) {
  const i32 blocks = (positions + 63) / 64, stride = blocks * 64;
  std::vector<u8> keys(stride * kHeadSize, 255);
  std::vector<i8> values(stride * kHeadSize, 127), codes(kHeadSize);
  std::vector<f32> keyScales(stride, NAN), valueScales(stride, 1e30f);
  const auto keyIndex = [](i64 j, i64 d) { return (j / 16 * kHeadSize + d / 4 * 4) * 16 + j % 16 * 4 + d % 4; };
  const auto valueIndex = [](i64 j, i64 d) { return (j / 4 * kHeadSize + d) * 4 + j % 4; };
  for (i32 j = 0; j < positions; ++j) {
    std::vector<f32> key = normals(kHeadSize), mixed = key;
    const std::vector<f32> value = normals(kHeadSize);
    reference::mixHead(mixed.data(), kHeadSize);
    mix_key(key.data());
    expectSame(key, mixed, "a mixed key");
    append_key_codes(key.data(), keys.data() + keyIndex(j, 0), &keyScales[j]);
    append_value_codes(value.data(), values.data() + valueIndex(j, 0), &valueScales[j]);
    failures += reference::codeHead(key.data(), kHeadSize, codes.data()) != keyScales[j];
    for (i32 d = 0; d < kHeadSize; ++d)
      failures += keys[keyIndex(j, d)] != codes[d] + 128;
    failures += reference::codeHead(value.data(), kHeadSize, codes.data()) != valueScales[j];
    for (i32 d = 0; d < kHeadSize; ++d)
      failures += values[valueIndex(j, d)] != codes[d];
  }
  const std::vector<f32> query = normals(kGroupHeads * kHeadSize);
  std::vector<f32> probabilities(kGroupHeads * stride), sums(kGroupHeads), y(kGroupHeads * kHeadSize), expected;
  for (i32 h = 0; h < kGroupHeads; ++h) {
    const reference::Attention result = reference::attention(
        query.data() + h * kHeadSize, positions, kHeadSize,
        [&](i64 j, i64 d) { return f32(keys[keyIndex(j, d)] - 128); },
        [&](i64 j, i64 d) { return f32(values[valueIndex(j, d)]); }, keyScales.data(), valueScales.data());
    expected.insert(expected.end(), result.y.begin(), result.y.end());
  }
  attention_scores_codes(query.data(), keys.data(), keyScales.data(), positions, blocks, stride, probabilities.data(),
                         probabilities.data(), sums.data());
  attention_values_codes(probabilities.data(), sums.data(), values.data(), valueScales.data(), blocks, stride,
                         y.data());
  expectSame(y, expected, "attention to codes");
}

} // namespace

int main() {
  testVectors();
  testInt8(/*extreme=*/false);
  testInt8(/*extreme=*/true);
  testFloats();
  testRows();
  for (i32 positions : {1, 17, 100})
    testAttention(positions), testCodedAttention(positions);
  std::printf("%d kinds of results differ\n", failures);
  return failures != 0;
}
