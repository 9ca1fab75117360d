//===- VectorSectionTest.cpp - exp and conversions of the vector sections -===//

#include "CompiledKernels.h"
#include "KernelsSource.h"
#include "RandomNumbers.h"
#include "ReferenceLoops.h"

#include <cmath>
#include <map>
#include <memory>

using namespace weebill::kernels;
using namespace weebill::tests;
namespace reference = weebill::reference;

namespace {

class VectorSectionTest : public KernelTest {
protected:
  /// Once for each build: all tests call the same functions.
  const CompiledKernels &compiledFunctions() const {
    static std::map<std::string, std::unique_ptr<CompiledKernels>> known;
    std::unique_ptr<CompiledKernels> &found = known[GetParam().compiler + " " + target().name];
    if (!found)
      found = std::make_unique<CompiledKernels>(GetParam(), std::vector<PrintedKernel>{},
                                                vectorFunctions(target(), "entry_", kExported));
    return *found;
  }
};

/// Every `step`th float of both signs up to `limit` in magnitude.
std::vector<f32> floats(u32 step, f32 limit) {
  std::vector<f32> all;
  for (u32 bits = 0; std::bit_cast<f32>(bits) <= limit; bits += step)
    for (u32 sign : {0u, 0x80000000u})
      all.push_back(std::bit_cast<f32>(bits | sign));
  all.resize((all.size() + 15) / 16 * 16);
  return all;
}

} // namespace

TEST_P(VectorSectionTest, ExpIsTheSameEverywhereAndWithinTwoUlp) {
  const CompiledKernels &compiled = compiledFunctions();
  const std::vector<f32> x = floats(211, 88.0f);
  std::vector<f32> y(x.size());
  compiled.function<void(const f32 *, f32 *, i32)>("exp_all")(x.data(), y.data(), i32(x.size()));
  size_t different = 0;
  double worst = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    const f32 expected = reference::exponential(x[i]);
    different += std::memcmp(&y[i], &expected, 4) != 0;
    const double exact = std::exp(double(std::max(x[i], -87.0f)));
    int exponent = 0;
    std::frexp(exact, &exponent);
    worst = std::max(worst, std::abs(double(y[i]) - exact) / std::ldexp(1.0, exponent - 24));
  }
  EXPECT_EQ(different, 0u) << "of " << x.size();
  EXPECT_LE(worst, 2.0) << "ulp";
  RecordProperty("worst_ulp", std::to_string(worst));
  RecordProperty("arguments", std::to_string(x.size()));
}

TEST_P(VectorSectionTest, ExpClampsItsArgument) {
  const CompiledKernels &compiled = compiledFunctions();
  const f32 x[16] = {-87.0f, -87.5f, -1e30f, -INFINITY, 88.0f, 88.5f, 1e30f, INFINITY, 0.0f, -0.0f, 1.0f};
  f32 y[16], expected[16];
  compiled.function<void(const f32 *, f32 *, i32)>("exp_all")(x, y, 16);
  for (int i = 0; i < 16; ++i)
    expected[i] = reference::exponential(x[i]);
  EXPECT_EQ(std::memcmp(y, expected, sizeof y), 0);
  EXPECT_EQ(y[8], 1.0f);
}

TEST_P(VectorSectionTest, RoundsHalfToEven) {
  const CompiledKernels &compiled = compiledFunctions();
  const f32 x[16] = {0.5f, 1.5f, 2.5f, -0.5f, -1.5f, -2.5f, 0.49999997f, 8388607.5f, 8388609.0f, -3.2f, 3.7f, 1e20f};
  f32 y[16];
  compiled.function<void(const f32 *, f32 *, i32)>("round_all")(x, y, 16);
  for (int i = 0; i < 16; ++i)
    EXPECT_EQ(y[i], std::nearbyint(x[i])) << x[i];
}

TEST_P(VectorSectionTest, Half) {
  const CompiledKernels &compiled = compiledFunctions();
  std::vector<u16> halves;
  for (u32 h = 0; h < 65536; ++h)
    if ((h & 0x7c00) != 0x7c00) // all that are finite
      halves.push_back(u16(h));
  std::vector<f32> wide(halves.size());
  compiled.function<void(const u16 *, f32 *, i32)>("from_half")(halves.data(), wide.data(), i32(halves.size()));
  for (size_t i = 0; i < halves.size(); ++i)
    ASSERT_EQ(std::bit_cast<u32>(wide[i]), std::bit_cast<u32>(reference::fromHalf(halves[i]))) << halves[i];

  const std::vector<f32> x = floats(9973, 1e5f);
  std::vector<u16> narrow(x.size());
  compiled.function<void(const f32 *, u16 *, i32)>("to_half")(x.data(), narrow.data(), i32(x.size()));
  for (size_t i = 0; i < x.size(); ++i)
    ASSERT_EQ(narrow[i], reference::toHalf(x[i])) << x[i];
}

TEST_P(VectorSectionTest, MinAndMaxGiveTheSecondOperandForNan) {
  const CompiledKernels &compiled = compiledFunctions();
  const f32 a[16] = {1, 2, NAN, 3, NAN, 0.0f, -0.0f}, b[16] = {2, 1, 4, NAN, NAN, -0.0f, 0.0f};
  f32 low[16], high[16];
  std::copy(b, b + 16, low);
  std::copy(b, b + 16, high);
  compiled.function<void(const f32 *, f32 *, i32)>("min_all")(a, low, 16);
  compiled.function<void(const f32 *, f32 *, i32)>("max_all")(a, high, 16);
  for (int i = 0; i < 16; ++i) {
    const f32 expectedLow = a[i] < b[i] ? a[i] : b[i], expectedHigh = a[i] > b[i] ? a[i] : b[i];
    EXPECT_EQ(std::bit_cast<u32>(low[i]), std::bit_cast<u32>(expectedLow)) << i;
    EXPECT_EQ(std::bit_cast<u32>(high[i]), std::bit_cast<u32>(expectedHigh)) << i;
  }
}

INSTANTIATE_KERNEL_TESTS(VectorSectionTest);
