//===- Dequantize.cpp - Blocks of quantized weights to float32 ------------===//
//
// The layouts are those of ggml's block structs (ggml-common.h): `d` is a float16 scale, `m` a float16 minimum, 4-bit
// codes hold element i in the low and element i + half in the high nibble. Tested by
// tests/unit/compiler/import/DequantizeTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/gguf/Dequantize.h"

#include "compiler/import/gguf/ByteReader.h"

#include <array>
#include <bit>
#include <cmath>
#include <limits>

namespace weebill::gguf {

namespace {

float half(const char *bytes) { return halfToFloat(loadLittleEndian<uint16_t>(bytes)); }

const uint8_t *unsignedBytes(const char *bytes) { return reinterpret_cast<const uint8_t *>(bytes); }

/// The 4-bit code of element i of 32, codes in 16 bytes.
int nibble(const uint8_t *codes, int i) { return i < 16 ? codes[i] & 15 : codes[i - 16] >> 4; }

/// What a code of IQ4_NL and IQ4_XS stands for.
constexpr int kValuesIQ4[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

/// What a code of MXFP4 stands for, doubled: the numbers of FP4 E2M1.
constexpr int kValuesMXFP4[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

/// Digit `place` of base 3 in a byte of TQ1_0, which is a fraction of 256: the first digit is the largest.
int digitOf(uint8_t byte, int place) {
  constexpr int powers[5] = {1, 3, 9, 27, 81};
  const uint8_t fraction = uint8_t(byte * powers[place]);
  return fraction * 3 >> 8;
}

/// Q4_K and Q5_K keep 8 scales and 8 minima, 6 bits each, in 12 bytes: the first four of each plainly, the upper two
/// bits of the last four on top of them, their lower four bits in the last 4 bytes.
struct SixBitScales {
  uint8_t scale[8], minimum[8];
  explicit SixBitScales(const uint8_t *packed) {
    for (int i = 0; i < 4; ++i) {
      scale[i] = packed[i] & 63;
      minimum[i] = packed[4 + i] & 63;
      scale[4 + i] = uint8_t((packed[8 + i] & 15) | ((packed[i] >> 6) << 4));
      minimum[4 + i] = uint8_t((packed[8 + i] >> 4) | ((packed[4 + i] >> 6) << 4));
    }
  }
};

} // namespace

float halfToFloat(uint16_t value) {
  const uint32_t sign = uint32_t(value & 0x8000) << 16;
  const uint32_t exponent = (value >> 10) & 31;
  const uint32_t fraction = value & 1023;
  if (exponent == 0) { // zero and subnormals: fraction * 2^-24, exact in float32
    const float magnitude = float(fraction) * 0x1p-24f;
    return std::bit_cast<float>(std::bit_cast<uint32_t>(magnitude) | sign);
  }
  const uint32_t wide = exponent == 31 ? 255 : exponent + (127 - 15);
  return std::bit_cast<float>(sign | (wide << 23) | (fraction << 13));
}

void dequantizeF32(const char *block, float *out) { *out = loadLittleEndian<float>(block); }

void dequantizeF16(const char *block, float *out) { *out = half(block); }

void dequantizeBF16(const char *block, float *out) {
  *out = std::bit_cast<float>(uint32_t(loadLittleEndian<uint16_t>(block)) << 16);
}

void dequantizeQ4_0(const char *block, float *out) { // d, 16 bytes of codes
  const float d = half(block);
  for (int i = 0; i < 32; ++i)
    out[i] = d * float(nibble(unsignedBytes(block + 2), i) - 8);
}

void dequantizeQ4_1(const char *block, float *out) { // d, m, 16 bytes of codes
  const float d = half(block), m = half(block + 2);
  for (int i = 0; i < 32; ++i)
    out[i] = d * float(nibble(unsignedBytes(block + 4), i)) + m;
}

void dequantizeQ5_0(const char *block, float *out) { // d, 32 fifth bits, 16 bytes of low codes
  const float d = half(block);
  const uint32_t fifth = loadLittleEndian<uint32_t>(block + 2);
  for (int i = 0; i < 32; ++i)
    out[i] = d * float((nibble(unsignedBytes(block + 6), i) | int((fifth >> i) & 1) << 4) - 16);
}

void dequantizeQ5_1(const char *block, float *out) { // d, m, 32 fifth bits, 16 bytes of low codes
  const float d = half(block), m = half(block + 2);
  const uint32_t fifth = loadLittleEndian<uint32_t>(block + 4);
  for (int i = 0; i < 32; ++i)
    out[i] = d * float(nibble(unsignedBytes(block + 8), i) | int((fifth >> i) & 1) << 4) + m;
}

void dequantizeQ6_0(const char *block, float *out) { // d, 8 bytes of upper pairs of bits, 16 bytes of low codes
  const float d = half(block);
  const uint8_t *pairs = unsignedBytes(block + 2);
  for (int i = 0; i < 32; ++i) {
    const int upper = pairs[i % 8] >> (4 * (i / 8 % 2) + 2 * (i / 16)) & 3;
    out[i] = d * float((nibble(unsignedBytes(block + 10), i) | upper << 4) - 32);
  }
}

void dequantizeQ8_0(const char *block, float *out) { // d, 32 signed codes
  const float d = half(block);
  for (int i = 0; i < 32; ++i)
    out[i] = d * float(int8_t(block[2 + i]));
}

void dequantizeQ4_K(const char *block,
                    float *out) { // d, m, 12 bytes of scales, 128 bytes of codes: 4 x (32 low, 32 high)
  const float d = half(block), m = half(block + 2);
  const SixBitScales scales(unsignedBytes(block + 4));
  const uint8_t *codes = unsignedBytes(block + 16);
  for (int group = 0; group < 8; ++group) {
    const float scale = d * scales.scale[group], minimum = m * scales.minimum[group];
    for (int i = 0; i < 32; ++i) {
      const int byte = codes[32 * (group / 2) + i];
      out[32 * group + i] = scale * float(group % 2 ? byte >> 4 : byte & 15) - minimum;
    }
  }
}

void dequantizeQ5_K(const char *block,
                    float *out) { // as Q4_K, with 32 bytes of fifth bits (bit = group) before the codes
  const float d = half(block), m = half(block + 2);
  const SixBitScales scales(unsignedBytes(block + 4));
  const uint8_t *fifth = unsignedBytes(block + 16), *codes = unsignedBytes(block + 48);
  for (int group = 0; group < 8; ++group) {
    const float scale = d * scales.scale[group], minimum = m * scales.minimum[group];
    for (int i = 0; i < 32; ++i) {
      const int byte = codes[32 * (group / 2) + i];
      const int low = group % 2 ? byte >> 4 : byte & 15;
      out[32 * group + i] = scale * float(low | ((fifth[i] >> group) & 1) << 4) - minimum;
    }
  }
}

void dequantizeQ6_K(const char *block, float *out) { // 128 bytes of low nibbles, 64 of upper pairs, 16 signed scales, d
  const uint8_t *low = unsignedBytes(block), *high = unsignedBytes(block + 128);
  const char *scales = block + 192;
  const float d = half(block + 208);
  for (int group = 0; group < 8; ++group) { // 32 elements each; two halves of 128 elements, four groups a half
    const int side = group / 4, quarter = group % 4;
    for (int i = 0; i < 32; ++i) {
      const int byte = low[64 * side + 32 * (quarter % 2) + i];
      const int nibble = quarter < 2 ? byte & 15 : byte >> 4;
      const int pair = (high[32 * side + i] >> (2 * quarter)) & 3;
      const float scale = d * float(int8_t(scales[2 * group + i / 16]));
      out[32 * group + i] = scale * float((nibble | pair << 4) - 32);
    }
  }
}

void dequantizeIQ4_NL(const char *block, float *out) { // d, 16 bytes of codes
  const float d = half(block);
  for (int i = 0; i < 32; ++i)
    out[i] = d * float(kValuesIQ4[nibble(unsignedBytes(block + 2), i)]);
}

void dequantizeIQ4_XS(const char *block,
                      float *out) { // d, 8 upper pairs of bits of scales, 8 lower nibbles, 8 x 16 codes
  const float d = half(block);
  const int high = loadLittleEndian<uint16_t>(block + 2);
  const uint8_t *low = unsignedBytes(block + 4), *codes = unsignedBytes(block + 8);
  for (int group = 0; group < 8; ++group) {
    const int scale = (low[group / 2] >> (group % 2 * 4) & 15) | (high >> 2 * group & 3) << 4;
    const float scaled = d * float(scale - 32);
    for (int i = 0; i < 32; ++i)
      out[32 * group + i] = scaled * float(kValuesIQ4[nibble(codes + 16 * group, i)]);
  }
}

void dequantizeMXFP4(const char *block, float *out) { // an exponent, 16 bytes of codes
  const int exponent = uint8_t(block[0]);
  // Half of 2^(exponent - 127), because values are doubled; 255 is no number (OCP Microscaling Formats, E8M0).
  const float d = exponent == 255 ? std::numeric_limits<float>::quiet_NaN() : std::ldexp(1.0f, exponent - 128);
  for (int i = 0; i < 32; ++i)
    out[i] = d * float(kValuesMXFP4[nibble(unsignedBytes(block + 1), i)]);
}

void dequantizeQ2_0(const char *block, float *out) { // d, 16 bytes of four codes each
  const float d = half(block);
  for (int i = 0; i < 64; ++i)
    out[i] = d * float((uint8_t(block[2 + i / 4]) >> 2 * (i % 4) & 3) - 1);
}

void dequantizeTQ1_0(const char *block, float *out) { // 32 bytes, 16 of 5 digits; 4 of 4 digits, d
  const uint8_t *bytes = unsignedBytes(block);
  const float d = half(block + 52);
  for (const auto [first, count, digits] : {std::array{0, 32, 5}, std::array{32, 16, 5}, std::array{48, 4, 4}})
    for (int place = 0; place < digits; ++place)
      for (int i = 0; i < count; ++i)
        *out++ = d * float(digitOf(bytes[first + i], place) - 1);
}

void dequantizeTQ2_0(const char *block, float *out) { // 2 x 32 bytes of four codes each, d
  const uint8_t *bytes = unsignedBytes(block);
  const float d = half(block + 64);
  for (int i = 0; i < 256; ++i)
    out[i] = d * float((bytes[i / 128 * 32 + i % 32] >> 2 * (i / 32 % 4) & 3) - 1);
}

} // namespace weebill::gguf
