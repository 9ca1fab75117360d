//===- KeptBlocks.cpp - Blocks of GGUF files, taken apart -----------------===//

#include "compiler/reference/KeptBlocks.h"

#include <cmath>
#include <stdexcept>
#include <string>

namespace weebill::reference {

namespace {

/// The float16 in two bytes, little endian; a finite one, as the source of blocks has seen to it.
float halfAt(const uint8_t *bytes) {
  const int bits = bytes[0] | bytes[1] << 8, exponent = bits >> 10 & 31, mantissa = bits & 1023;
  const float magnitude = std::ldexp(float(exponent ? mantissa + 1024 : mantissa), (exponent ? exponent : 1) - 25);
  return bits & 0x8000 ? -magnitude : magnitude;
}

/// Code `i` of 32 in 16 bytes: the first 16 in lower halves, the others in upper halves.
int fourBits(const uint8_t *bytes, int i) { return bytes[i % 16] >> (i < 16 ? 0 : 4) & 15; }

void takeApartQ4_0(const uint8_t *block, int8_t *codes, float *scales, float *) {
  scales[0] = halfAt(block);
  for (int i = 0; i < 32; ++i)
    codes[i] = int8_t(fourBits(block + 2, i) - 8);
}

void takeApartQ4_1(const uint8_t *block, int8_t *codes, float *scales, float *minimums) {
  scales[0] = halfAt(block);
  minimums[0] = halfAt(block + 2);
  for (int i = 0; i < 32; ++i)
    codes[i] = int8_t(fourBits(block + 4, i));
}

void takeApartQ8_0(const uint8_t *block, int8_t *codes, float *scales, float *) {
  scales[0] = halfAt(block);
  for (int i = 0; i < 32; ++i)
    codes[i] = int8_t(block[2 + i]);
}

/// Bit `i` of 32 in four bytes.
int bitAt(const uint8_t *bytes, int i) { return bytes[i / 8] >> (i % 8) & 1; }

void takeApartQ5_0(const uint8_t *block, int8_t *codes, float *scales, float *) {
  scales[0] = halfAt(block);
  for (int i = 0; i < 32; ++i)
    codes[i] = int8_t(fourBits(block + 6, i) + 16 * bitAt(block + 2, i) - 16);
}

void takeApartQ5_1(const uint8_t *block, int8_t *codes, float *scales, float *minimums) {
  scales[0] = halfAt(block);
  minimums[0] = halfAt(block + 2);
  for (int i = 0; i < 32; ++i)
    codes[i] = int8_t(fourBits(block + 8, i) + 16 * bitAt(block + 4, i));
}

/// Code `i` of 32: bits 4 and 5 of the first eight codes of each half are in one byte, those of the next eight above
/// them; the lower bits of all are behind these eight bytes.
int8_t sixBits(const uint8_t *bytes, int i) {
  const int pairs = bytes[i % 8] >> (i % 16 < 8 ? 0 : 4), upper = i < 16 ? pairs & 3 : pairs >> 2 & 3;
  return int8_t(fourBits(bytes + 8, i) + 16 * upper - 32);
}

void takeApartQ6_0(const uint8_t *block, int8_t *codes, float *scales, float *) {
  scales[0] = halfAt(block);
  for (int i = 0; i < 32; ++i)
    codes[i] = sixBits(block + 2, i);
}

/// The scales and minimums of Q4_K and Q5_K. Each is six bits of 12 bytes: number i of the first four is the lower six
/// bits of byte i (scales) or 4 + i (minimums), number 4 + i a half of byte 8 + i below the upper two bits of that
/// byte.
void takeApartScales(const uint8_t *block, float *scales, float *minimums) {
  const float ofScales = halfAt(block), ofMinimums = halfAt(block + 2);
  const uint8_t *bytes = block + 4;
  for (int i = 0; i < 4; ++i) {
    scales[i] = ofScales * float(bytes[i] % 64);
    minimums[i] = 0 - ofMinimums * float(bytes[4 + i] % 64);
    scales[4 + i] = ofScales * float(bytes[8 + i] % 16 + bytes[i] / 64 * 16);
    minimums[4 + i] = 0 - ofMinimums * float(bytes[8 + i] / 16 + bytes[4 + i] / 64 * 16);
  }
}

/// Code `k` of 256 in 128 bytes: each 64 columns are 32 bytes, the first 32 columns in lower halves.
int fourBitsOf256(const uint8_t *bytes, int k) {
  const int byte = bytes[k / 64 * 32 + k % 32];
  return k % 64 < 32 ? byte % 16 : byte / 16;
}

void takeApartQ4_K(const uint8_t *block, int8_t *codes, float *scales, float *minimums) {
  takeApartScales(block, scales, minimums);
  for (int k = 0; k < 256; ++k)
    codes[k] = int8_t(fourBitsOf256(block + 16, k));
}

/// Byte k % 32 behind the scales has the fifth bits of columns 32 apart.
void takeApartQ5_K(const uint8_t *block, int8_t *codes, float *scales, float *minimums) {
  takeApartScales(block, scales, minimums);
  for (int k = 0; k < 256; ++k)
    codes[k] = int8_t(fourBitsOf256(block + 48, k) + 16 * (block[16 + k % 32] >> (k / 32) & 1));
}

/// Each 128 columns are 64 bytes of lower halves, columns 64 apart in one byte, and 32 of upper pairs of bits, columns
/// 32 apart.
void takeApartQ6_K(const uint8_t *block, int8_t *codes, float *scales, float *) {
  const float ofScales = halfAt(block + 208);
  for (int part = 0; part < 16; ++part)
    scales[part] = ofScales * float(int8_t(block[192 + part]));
  for (int k = 0; k < 256; ++k) {
    const int low = block[k / 128 * 64 + k % 64], high = block[128 + k / 128 * 32 + k % 32];
    codes[k] = int8_t((k % 128 < 64 ? low % 16 : low / 16) + 16 * (high >> (k % 128 / 32 * 2) & 3) - 32);
  }
}

/// What the codes of IQ4_NL and IQ4_XS stand for.
constexpr int8_t kTable[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

void takeApartIQ4_NL(const uint8_t *block, int8_t *codes, float *scales, float *) {
  scales[0] = halfAt(block);
  for (int i = 0; i < 32; ++i)
    codes[i] = kTable[fourBits(block + 2, i)];
}

/// Scale `part` is four bits of bytes 4 to 7 below two bits of bytes 2 and 3, less 32.
void takeApartIQ4_XS(const uint8_t *block, int8_t *codes, float *scales, float *) {
  for (int part = 0; part < 8; ++part) {
    const int low = part % 2 ? block[4 + part / 2] / 16 : block[4 + part / 2] % 16;
    const int high = (block[2] + 256 * block[3]) >> (2 * part) & 3;
    scales[part] = halfAt(block) * float(low + 16 * high - 32);
    for (int i = 0; i < 32; ++i)
      codes[32 * part + i] = kTable[fourBits(block + 8 + 16 * part, i)];
  }
}

/// What the codes of MXFP4 stand for. The first byte is the exponent of a power of two, of which the values are halves.
constexpr int8_t kHalves[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

void takeApartMXFP4(const uint8_t *block, int8_t *codes, float *scales, float *) {
  scales[0] = std::ldexp(1.0f, block[0] - 128);
  for (int i = 0; i < 32; ++i)
    codes[i] = kHalves[fourBits(block + 1, i)];
}

/// A byte is a fraction of 256. Three times that is a digit and the fraction for the next one; columns that share a
/// byte are 32, 16 or 4 apart.
void takeApartTQ1_0(const uint8_t *block, int8_t *codes, float *scales, float *) {
  for (int part = 0; part < 8; ++part)
    scales[part] = halfAt(block + 52);
  for (int k = 0; k < 256; ++k) {
    int left = k < 160 ? block[k % 32] : k < 240 ? block[32 + k % 16] : block[48 + k % 4];
    for (int before = k < 160 ? k / 32 : k < 240 ? (k - 160) / 16 : (k - 240) / 4; before > 0; --before)
      left = left * 3 % 256;
    codes[k] = int8_t(left * 3 / 256 - 1);
  }
}

/// Each 128 columns are 32 bytes, columns 32 apart in one byte.
void takeApartTQ2_0(const uint8_t *block, int8_t *codes, float *scales, float *) {
  for (int part = 0; part < 8; ++part)
    scales[part] = halfAt(block + 64);
  for (int k = 0; k < 256; ++k)
    codes[k] = int8_t((block[k / 128 * 32 + k % 32] >> (k % 128 / 32 * 2) & 3) - 1);
}

/// Four neighbouring columns in a byte.
void takeApartQ2_0(const uint8_t *block, int8_t *codes, float *scales, float *) {
  scales[0] = scales[1] = halfAt(block);
  for (int k = 0; k < 64; ++k)
    codes[k] = int8_t((block[2 + k / 4] >> (k % 4 * 2) & 3) - 1);
}

/// A byte for the scale, a signed one for the centre: the row's float16 make numbers of them.
void takeApartQ4_C(const uint8_t *block, int8_t *codes, float *scales, float *minimums) {
  scales[0] = float(block[0]);
  minimums[0] = float(int8_t(block[1]));
  for (int i = 0; i < 32; ++i)
    codes[i] = int8_t(fourBits(block + 2, i));
}

void finishQ4_C(const uint8_t *row, int64_t groups, float *scales, float *minimums) {
  for (int64_t group = 0; group < groups; ++group) {
    scales[group] = halfAt(row) * scales[group];
    minimums[group] = halfAt(row + 2) * minimums[group] - 7.5f * scales[group];
  }
}

/// A signed byte for the scale; codes as Q6_0 has them.
void takeApartQ6_C(const uint8_t *block, int8_t *codes, float *scales, float *) {
  scales[0] = float(int8_t(block[0]));
  for (int i = 0; i < 32; ++i)
    codes[i] = sixBits(block + 1, i);
}

void finishQ6_C(const uint8_t *row, int64_t groups, float *scales, float *) {
  for (int64_t group = 0; group < groups; ++group)
    scales[group] = halfAt(row) * scales[group];
}

constexpr BlockFormat kBlockFormats[] = {
    {"q4_0", "Q4_0", 32, 18, 32, false, takeApartQ4_0}, //
    {"q4_1", "Q4_1", 32, 20, 32, true, takeApartQ4_1},
    {"q5_0", "Q5_0", 32, 22, 32, false, takeApartQ5_0},
    {"q5_1", "Q5_1", 32, 24, 32, true, takeApartQ5_1},
    {"q6_0", "Q6_0", 32, 26, 32, false, takeApartQ6_0},
    {"q8_0", "Q8_0", 32, 34, 32, false, takeApartQ8_0},
    {"q4_k", "Q4_K", 256, 144, 32, true, takeApartQ4_K},
    {"q5_k", "Q5_K", 256, 176, 32, true, takeApartQ5_K},
    {"q6_k", "Q6_K", 256, 210, 16, false, takeApartQ6_K},
    {"iq4_nl", "IQ4_NL", 32, 18, 32, false, takeApartIQ4_NL},
    {"iq4_xs", "IQ4_XS", 256, 136, 32, false, takeApartIQ4_XS},
    {"mxfp4", "MXFP4", 32, 17, 32, false, takeApartMXFP4},
    {"tq1_0", "TQ1_0", 256, 54, 32, false, takeApartTQ1_0},
    {"tq2_0", "TQ2_0", 256, 66, 32, false, takeApartTQ2_0},
    {"q2_0", "Q2_0", 64, 18, 32, false, takeApartQ2_0},
    {"q4_c", "Q4_C", 32, 18, 32, true, takeApartQ4_C, 4, finishQ4_C},
    {"q6_c", "Q6_C", 32, 25, 32, false, takeApartQ6_C, 2, finishQ6_C},
};

} // namespace

const BlockFormat &blockFormatOf(std::string_view storage) {
  for (const BlockFormat &format : kBlockFormats)
    if (format.storage == storage)
      return format;
  throw std::logic_error("the reference does not know the blocks of " + std::string(storage));
}

} // namespace weebill::reference
