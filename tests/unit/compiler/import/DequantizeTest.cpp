// Blocks of every format against the format's definition, written once more here, element by element. The Python test
// test_gguf_import.py compares the same functions with the package `gguf` on random blocks, to the bit.

#include "compiler/import/gguf/Dequantize.h"
#include "compiler/import/gguf/TensorTypes.h"

#include "GgufBuilder.h"

#include <bit>
#include <cmath>
#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

constexpr uint16_t kHalf = 0x3800;     // 0.5
constexpr uint16_t kMinusTwo = 0xc000; // -2

TEST(DequantizeTest, HalvesAreExact) {
  EXPECT_EQ(gguf::halfToFloat(0x3c00), 1.0f);
  EXPECT_EQ(gguf::halfToFloat(0xc000), -2.0f);
  EXPECT_EQ(gguf::halfToFloat(0x7bff), 65504.0f);
  EXPECT_EQ(gguf::halfToFloat(0x0001), 0x1p-24f);
  EXPECT_EQ(gguf::halfToFloat(0x83ff), -1023 * 0x1p-24f);
  EXPECT_EQ(gguf::halfToFloat(0x0400), 0x1p-14f);
  EXPECT_TRUE(std::signbit(gguf::halfToFloat(0x8000)));
  EXPECT_EQ(gguf::halfToFloat(0xfc00), -INFINITY);
  EXPECT_TRUE(std::isnan(gguf::halfToFloat(0x7e00)));
  for (uint32_t bits = 0; bits < 0x7c00; ++bits) // all positive finite halves, by their definition
    ASSERT_EQ(gguf::halfToFloat(uint16_t(bits)),
              std::ldexp(float(bits < 1024 ? bits : 1024 + bits % 1024), bits < 1024 ? -24 : int(bits / 1024) - 25));
}

/// 16 bytes whose low nibbles are 0, 1, 2 ... and whose high nibbles are 15, 14, 13 ...
std::string nibbles() {
  std::string codes;
  for (int i = 0; i < 16; ++i)
    codes += char(i | (15 - i) << 4);
  return codes;
}
int nibbleAt(int i) { return i < 16 ? i : 31 - i; }

TEST(DequantizeTest, FourBits) {
  float out[32];
  gguf::dequantizeQ4_0((bytesOf(kHalf) + nibbles()).data(), out);
  for (int i = 0; i < 32; ++i)
    EXPECT_EQ(out[i], 0.5f * float(nibbleAt(i) - 8)) << i;
  gguf::dequantizeQ4_1((bytesOf(kHalf) + bytesOf(kMinusTwo) + nibbles()).data(), out);
  for (int i = 0; i < 32; ++i)
    EXPECT_EQ(out[i], 0.5f * float(nibbleAt(i)) - 2) << i;
}

TEST(DequantizeTest, FourBitsOfATable) {
  const int values[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
  float out[256];
  gguf::dequantizeIQ4_NL((bytesOf(kHalf) + nibbles()).data(), out);
  for (int i = 0; i < 32; ++i)
    EXPECT_EQ(out[i], 0.5f * float(values[nibbleAt(i)])) << i;

  // Scales of six bits less 32: group g has 7 g, lower halves in four bytes, upper pairs of bits in two.
  std::string low(4, 0), block = bytesOf(kMinusTwo);
  uint16_t high = 0;
  for (int group = 0; group < 8; ++group) {
    low[group / 2] = char(low[group / 2] | (7 * group % 16) << group % 2 * 4);
    high = uint16_t(high | (7 * group / 16) << 2 * group);
  }
  block += bytesOf(high) + low;
  for (int group = 0; group < 8; ++group)
    block += nibbles();
  gguf::dequantizeIQ4_XS(block.data(), out);
  for (int i = 0; i < 256; ++i)
    EXPECT_EQ(out[i], -2 * float(7 * (i / 32) - 32) * float(values[nibbleAt(i % 32)])) << i;
}

TEST(DequantizeTest, FourBitsWithAPowerOfTwo) {
  const float values[16] = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6, 0, -0.5f, -1, -1.5f, -2, -3, -4, -6}; // FP4 E2M1
  float out[32];
  for (int exponent : {0, 1, 2, 127, 128, 252}) { // the first are subnormal
    gguf::dequantizeMXFP4((char(exponent) + nibbles()).data(), out);
    for (int i = 0; i < 32; ++i)
      EXPECT_EQ(double(out[i]), std::ldexp(double(values[nibbleAt(i)]), exponent - 127)) << exponent << ", " << i;
  }
  gguf::dequantizeMXFP4((char(254) + std::string(16, '\x07')).data(), out); // 6 * 2^127
  EXPECT_EQ(out[0], INFINITY);
  EXPECT_EQ(out[16], 0.0f);
  gguf::dequantizeMXFP4((char(255) + std::string(16, '\0')).data(), out); // no number, whatever the code
  for (float number : out)
    EXPECT_TRUE(std::isnan(number));
}

TEST(DequantizeTest, TwoBits) {
  const auto code = [](int i) { return (i * 7 + i / 16) % 4; };
  std::string two(16, '\0'), ternary(64, '\0');
  for (int i = 0; i < 64; ++i)
    two[size_t(i / 4)] |= char(code(i) << 2 * (i % 4));
  for (int i = 0; i < 256; ++i)
    ternary[size_t(i / 128 * 32 + i % 32)] |= char(code(i) << 2 * (i / 32 % 4));
  float out[256];
  gguf::dequantizeQ2_0((bytesOf(kHalf) + two).data(), out);
  for (int i = 0; i < 64; ++i)
    EXPECT_EQ(out[i], 0.5f * float(code(i) - 1)) << i;
  gguf::dequantizeTQ2_0((ternary + bytesOf(kMinusTwo)).data(), out);
  for (int i = 0; i < 256; ++i)
    EXPECT_EQ(out[i], -2 * float(code(i) - 1)) << i;
}

TEST(DequantizeTest, DigitsOfThree) {
  const auto digit = [](int i) { return (i * 5 + i / 7) % 3; };
  // A byte is its digits as a number of base 3, first digit first, as a fraction of 243 = 3^5 rounded up to one of 256.
  std::string block(52, '\0');
  for (int byte = 0; byte < 52; ++byte) {
    const int first = byte < 32 ? byte : byte < 48 ? 160 + byte - 32 : 240 + byte - 48;
    const int apart = byte < 32 ? 32 : byte < 48 ? 16 : 4;
    int number = 0;
    for (int place = 0; place < 5; ++place)
      number = 3 * number + (byte < 48 || place < 4 ? digit(first + place * apart) : 0);
    block[size_t(byte)] = char((number * 256 + 242) / 243);
  }
  float out[256];
  gguf::dequantizeTQ1_0((block + bytesOf(kMinusTwo)).data(), out);
  for (int i = 0; i < 256; ++i)
    EXPECT_EQ(out[i], -2 * float(digit(i) - 1)) << i;
}

TEST(DequantizeTest, FiveBits) {
  const uint32_t fifth = 0x80c0a005;
  const auto code = [&](int i) { return nibbleAt(i) + int(16 * (fifth >> i & 1)); };
  float out[32];
  gguf::dequantizeQ5_0((bytesOf(kHalf) + bytesOf(fifth) + nibbles()).data(), out);
  for (int i = 0; i < 32; ++i)
    EXPECT_EQ(out[i], 0.5f * float(code(i) - 16)) << i;
  gguf::dequantizeQ5_1((bytesOf(kHalf) + bytesOf(kMinusTwo) + bytesOf(fifth) + nibbles()).data(), out);
  for (int i = 0; i < 32; ++i)
    EXPECT_EQ(out[i], 0.5f * float(code(i)) - 2) << i;
}

TEST(DequantizeTest, SixBits) {
  // Byte i of the upper pairs: those of columns i, i + 16, i + 8 and i + 24, the lowest bits first.
  const uint64_t pairs = 0x1b2cd3e4091a7f56;
  const auto code = [&](int i) {
    const int byte = int(pairs >> 8 * (i % 8)) & 255;
    return nibbleAt(i) + 16 * (byte >> (i < 8 ? 0 : i < 16 ? 4 : i < 24 ? 2 : 6) & 3);
  };
  float out[32];
  gguf::dequantizeQ6_0((bytesOf(kHalf) + bytesOf(pairs) + nibbles()).data(), out);
  for (int i = 0; i < 32; ++i)
    EXPECT_EQ(out[i], 0.5f * float(code(i) - 32)) << i;
}

TEST(DequantizeTest, EightBits) {
  std::string block = bytesOf(kHalf);
  for (int i = 0; i < 32; ++i)
    block += char(i * 8 - 128);
  float out[32];
  gguf::dequantizeQ8_0(block.data(), out);
  for (int i = 0; i < 32; ++i)
    EXPECT_EQ(out[i], 0.5f * float(i * 8 - 128)) << i;
}

TEST(DequantizeTest, SingleNumbers) {
  float out = 0;
  gguf::dequantizeF32(bytesOf(1.25f).data(), &out);
  EXPECT_EQ(out, 1.25f);
  gguf::dequantizeF16(bytesOf(kMinusTwo).data(), &out);
  EXPECT_EQ(out, -2.0f);
  gguf::dequantizeBF16(bytesOf(uint16_t(0xc060)).data(), &out);
  EXPECT_EQ(out, -3.5f);
}

/// Scales 1, 18, 35 ... 120 - odd enough to use all six bits - and minima that differ, packed as K-formats do.
struct SixBits {
  int scale[8], minimum[8];
  std::string packed = std::string(12, '\0');
  SixBits() {
    for (int i = 0; i < 8; ++i) {
      scale[i] = (i * 17 + 1) % 64;
      minimum[i] = (i * 29 + 3) % 64;
      if (i < 4) {
        packed[size_t(i)] |= char(scale[i]);
        packed[size_t(i + 4)] |= char(minimum[i]);
      } else {
        packed[size_t(i + 4)] = char((scale[i] & 15) | (minimum[i] & 15) << 4);
        packed[size_t(i - 4)] |= char((scale[i] >> 4) << 6);
        packed[size_t(i)] |= char((minimum[i] >> 4) << 6);
      }
    }
  }
};

TEST(DequantizeTest, FourAndFiveBitsWithScalesOfScales) {
  const SixBits scales;
  std::string codes(128, '\0'), fifth(32, '\0');
  const auto code = [](int i) { return (i * 7 + i / 32) % 32; };
  for (int i = 0; i < 256; ++i) {
    const int group = i / 32, inGroup = i % 32;
    codes[size_t(32 * (group / 2) + inGroup)] |= char((code(i) & 15) << (group % 2 ? 4 : 0));
    fifth[size_t(inGroup)] |= char((code(i) >> 4) << group);
  }
  const std::string head = bytesOf(kHalf) + bytesOf(kMinusTwo) + scales.packed;
  float four[256], five[256];
  gguf::dequantizeQ4_K((head + codes).data(), four);
  gguf::dequantizeQ5_K((head + fifth + codes).data(), five);
  for (int i = 0; i < 256; ++i) {
    const float scale = 0.5f * float(scales.scale[i / 32]), minimum = -2 * float(scales.minimum[i / 32]);
    EXPECT_EQ(four[i], scale * float(code(i) & 15) - minimum) << i;
    EXPECT_EQ(five[i], scale * float(code(i)) - minimum) << i;
  }
}

TEST(DequantizeTest, SixBitsWithScalesOfScales) {
  std::string low(128, '\0'), high(64, '\0'), scales;
  const auto code = [](int i) { return (i * 11 + i / 64) % 64; };
  for (int i = 0; i < 256; ++i) {
    const int side = i / 128, quarter = i / 32 % 4, inGroup = i % 32;
    low[size_t(64 * side + 32 * (quarter % 2) + inGroup)] |= char((code(i) & 15) << (quarter / 2 ? 4 : 0));
    high[size_t(32 * side + inGroup)] |= char((code(i) >> 4) << (2 * quarter));
  }
  for (int i = 0; i < 16; ++i)
    scales += char(i * 15 - 120);
  float out[256];
  gguf::dequantizeQ6_K((low + high + scales + bytesOf(kHalf)).data(), out);
  for (int i = 0; i < 256; ++i)
    EXPECT_EQ(out[i], 0.5f * float(i / 16 * 15 - 120) * float(code(i) - 32)) << i;
}

TEST(DequantizeTest, TheTableKnowsEveryFormat) {
  EXPECT_STREQ(gguf::findTensorType(3)->name, "Q4_1");
  EXPECT_EQ(gguf::findTensorType(3)->blockBytes, 20);
  EXPECT_EQ(gguf::findTensorType(4), nullptr); // removed from the format long ago
  EXPECT_EQ(gguf::readableTensorTypes(),
            "F32, F16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K, Q6_K, IQ4_NL, IQ4_XS, BF16, TQ1_0, TQ2_0, MXFP4, "
            "Q2_0, Q6_0");
}

} // namespace
} // namespace weebill::tests
