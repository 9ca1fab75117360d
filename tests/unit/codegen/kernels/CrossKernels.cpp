//===- CrossKernels.cpp - Kernels of another kind of CPU, tested there ----===//
//
// The program that CrossKernelsTest compiles with a cross compiler and runs in an emulator: a few shapes of every kind
// of kernel, and the functions of the vector section, against plain loops, to the bit. kernels_under_test.h is written
// by the test: the target's vectors and kernels, each under a fixed name, and the numbers of its schedule. Prints one
// line for every kind; exit code 1 if something differs.
//
//===----------------------------------------------------------------------===//

#include "kernels_under_test.h" // first: it switches contraction off, for the plain loops too

#include "CrossAttention.h"
#include "CrossMatrices.h"

using namespace weebill::tests;
namespace reference = weebill::reference;

namespace {

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

  std::vector<f32> mixed(kColumns), expectedMixed(x.begin(), x.begin() + kColumns);
  reference::mix(expectedMixed.data(), kColumns, 64);
  hadamard(x.data(), mixed.data());
  expectSame(mixed, expectedMixed, "a mixed row");

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
