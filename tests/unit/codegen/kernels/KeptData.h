//===- KeptData.h - Blocks of GGUF files for kernels' tests ------*- C++ -*-===//
//
// Random blocks of each format whose codes are kept, and what docs/numerics.md makes of them, as plain loops over the
// blocks as the file has them.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_TESTS_KEPTDATA_H
#define WEEBILL_TESTS_KEPTDATA_H

#include "GuardedArray.h"
#include "RandomNumbers.h"
#include "ReferenceLoops.h"
#include "codegen/formats/Formats.h"
#include "codegen/kernels/MatrixKernels.h"
#include "codegen/plan/Contract.h"

#include <cmath>
#include <cstring>

namespace weebill::tests {

/// Where a block of the file has what, told once more than in codegen/formats.
struct FileBlock {
  const formats::WeightFormat *format;
  std::vector<int> halves; // places of its float16
  int group;               // columns with one scale
  int (*code)(const u8 *block, int k);
  f32 (*scale)(const u8 *block, int part);
  f32 (*minimum)(const u8 *block, int part); // null: it has none
  int exponent = -1;                         // place of a byte that is one; -1: there is none
  /// Of formats whose rows have float16 before their blocks, which begin at `row`: instead of the above.
  f32 (*scaleInRow)(const u8 *row, const u8 *block) = nullptr;
  f32 (*minimumInRow)(const u8 *row, const u8 *block) = nullptr;

  f32 scaleOf(const u8 *row, const u8 *block, int part) const {
    return scaleInRow ? scaleInRow(row, block) : scale(block, part);
  }
  bool hasMinimum() const { return minimum || minimumInRow; }
  f32 minimumOf(const u8 *row, const u8 *block, int part) const {
    return minimumInRow ? minimumInRow(row, block) : minimum(block, part);
  }
};

inline f32 halfAt(const u8 *place) { return reference::fromHalf(u16(place[0] | place[1] << 8)); }
inline int nibbleAt(const u8 *bytes, int k) { return bytes[k % 16] >> (k < 16 ? 0 : 4) & 15; }

inline int fifthAt(const u8 *bits, int k) { return bits[k / 8] >> k % 8 & 1; }
inline int nibbleOf256(const u8 *bytes, int k) { return bytes[k / 64 * 32 + k % 32] >> k / 32 % 2 * 4 & 15; }

/// Six bits of the twelve bytes of Q4_K and Q5_K.
inline int sixBitScale(const u8 *packed, int part) {
  return part < 4 ? packed[part] & 63 : (packed[part + 4] & 15) | packed[part - 4] >> 6 << 4;
}
inline int sixBitMinimum(const u8 *packed, int part) {
  return part < 4 ? packed[part + 4] & 63 : packed[part + 4] >> 4 | packed[part] >> 6 << 4;
}
inline f32 scaleOf256(const u8 *block, int part) { return halfAt(block) * f32(sixBitScale(block + 4, part)); }
inline f32 minimumOf256(const u8 *block, int part) {
  return 0.0f - halfAt(block + 2) * f32(sixBitMinimum(block + 4, part));
}

inline constexpr int kTableIQ4[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

inline constexpr int kTableMXFP4[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

/// Digit `place` of base 3 of a byte that stands for a fraction of 256.
inline int digitAt(u8 byte, int place) {
  int power = 3;
  for (; place > 0; --place)
    power *= 3;
  return byte * power / 256 % 3;
}

inline const FileBlock kFileBlocks[] = {
    {&formats::kMatrixQ4_0,
     {0},
     32,
     [](const u8 *block, int k) { return nibbleAt(block + 2, k) - 8; },
     [](const u8 *block, int) { return halfAt(block); },
     nullptr},
    {&formats::kMatrixQ4_1,
     {0, 2},
     32,
     [](const u8 *block, int k) { return nibbleAt(block + 4, k); },
     [](const u8 *block, int) { return halfAt(block); },
     [](const u8 *block, int) { return halfAt(block + 2); }},
    {&formats::kMatrixQ5_0,
     {0},
     32,
     [](const u8 *block, int k) { return (nibbleAt(block + 6, k) | fifthAt(block + 2, k) << 4) - 16; },
     [](const u8 *block, int) { return halfAt(block); },
     nullptr},
    {&formats::kMatrixQ5_1,
     {0, 2},
     32,
     [](const u8 *block, int k) { return nibbleAt(block + 8, k) | fifthAt(block + 4, k) << 4; },
     [](const u8 *block, int) { return halfAt(block); },
     [](const u8 *block, int) { return halfAt(block + 2); }},
    {&formats::kMatrixQ6_0,
     {0},
     32,
     [](const u8 *block, int k) {
       return (nibbleAt(block + 10, k) | (block[2 + k % 8] >> (k / 8 % 2 * 4 + k / 16 * 2) & 3) << 4) - 32;
     },
     [](const u8 *block, int) { return halfAt(block); },
     nullptr},
    {&formats::kMatrixQ4_K,
     {0, 2},
     32,
     [](const u8 *block, int k) { return nibbleOf256(block + 16, k); },
     scaleOf256,
     minimumOf256},
    {&formats::kMatrixQ5_K,
     {0, 2},
     32,
     [](const u8 *block, int k) { return nibbleOf256(block + 48, k) | (block[16 + k % 32] >> k / 32 & 1) << 4; },
     scaleOf256,
     minimumOf256},
    {&formats::kMatrixQ6_K,
     {208},
     16,
     [](const u8 *block, int k) {
       const int low = block[k / 128 * 64 + k % 64] >> k / 64 % 2 * 4 & 15;
       return (low | (block[128 + k / 128 * 32 + k % 32] >> k / 32 % 4 * 2 & 3) << 4) - 32;
     },
     [](const u8 *block, int part) { return halfAt(block + 208) * f32(i8(block[192 + part])); },
     nullptr},
    {&formats::kMatrixIQ4_NL,
     {0},
     32,
     [](const u8 *block, int k) { return kTableIQ4[nibbleAt(block + 2, k)]; },
     [](const u8 *block, int) { return halfAt(block); },
     nullptr},
    {&formats::kMatrixIQ4_XS,
     {0},
     32,
     [](const u8 *block, int k) { return kTableIQ4[nibbleAt(block + 8 + k / 32 * 16, k % 32)]; },
     [](const u8 *block, int part) {
       const int low = block[4 + part / 2] >> part % 2 * 4 & 15, high = block[2 + part / 4] >> part % 4 * 2 & 3;
       return halfAt(block) * f32(low + 16 * high - 32);
     },
     nullptr},
    {&formats::kMatrixMXFP4,
     {},
     32,
     [](const u8 *block, int k) { return kTableMXFP4[nibbleAt(block + 1, k)]; },
     [](const u8 *block, int) { return std::ldexp(1.0f, block[0] - 128); },
     nullptr,
     0},
    {&formats::kMatrixTQ1_0,
     {52},
     32,
     [](const u8 *block, int k) {
       return k < 160   ? digitAt(block[k % 32], k / 32) - 1
              : k < 240 ? digitAt(block[32 + k % 16], k / 16 - 10) - 1
                        : digitAt(block[48 + k % 4], k / 4 - 60) - 1;
     },
     [](const u8 *block, int) { return halfAt(block + 52); },
     nullptr},
    {&formats::kMatrixTQ2_0,
     {64},
     32,
     [](const u8 *block, int k) { return (block[k / 128 * 32 + k % 32] >> k / 32 % 4 * 2 & 3) - 1; },
     [](const u8 *block, int) { return halfAt(block + 64); },
     nullptr},
    {&formats::kMatrixQ2_0,
     {0},
     32,
     [](const u8 *block, int k) { return (block[2 + k / 4] >> k % 4 * 2 & 3) - 1; },
     [](const u8 *block, int) { return halfAt(block); },
     nullptr},
    {&formats::kMatrixQ4_C,
     {},
     32,
     [](const u8 *block, int k) { return nibbleAt(block + 2, k); },
     nullptr,
     nullptr,
     -1,
     [](const u8 *row, const u8 *block) { return halfAt(row) * f32(block[0]); },
     [](const u8 *row, const u8 *block) {
       return halfAt(row + 2) * f32(i8(block[1])) - 7.5f * (halfAt(row) * f32(block[0]));
     }},
    {&formats::kMatrixQ6_C,
     {},
     32,
     [](const u8 *block, int k) {
       return (nibbleAt(block + 9, k) | (block[1 + k % 8] >> (k / 8 % 2 * 4 + k / 16 * 2) & 3) << 4) - 32;
     },
     nullptr,
     nullptr,
     -1,
     [](const u8 *row, const u8 *block) { return halfAt(row) * f32(i8(block[0])); }},
    {&formats::kMatrixQ8_0,
     {0},
     32,
     [](const u8 *block, int k) { return int(i8(block[2 + k])); },
     [](const u8 *block, int) { return halfAt(block); },
     nullptr},
};

/// A matrix and codes for it. `extreme` has the greatest magnitudes everywhere.
struct KeptData {
  const FileBlock &file;
  const formats::KeptBlocks &kept;
  int64_t columns, stride, groups; // stride, groups: of a row of codes
  int64_t rowBytes, before;        // of a row in the file, and before its blocks
  std::vector<u8> rows;            // as in the file
  GuardedArray<u8> records, factors;
  GuardedArray<i8> codes;
  GuardedArray<f32> scale, weighed;
  GuardedArray<i32> sum;

  KeptData(const FileBlock &file, const kernels::LinearShape &s, int count, bool extreme, RandomNumbers &random)
      : file(file), kept(*file.format->kept), columns(s.columns), stride(plan::paddedColumns(s.columns)),
        groups(stride / 32), rowBytes(kept.rowBytes(columns)), before(2 * kept.rowFactors), rows(count * rowBytes),
        records(count * (columns / kept.columns) * kept.recordBytes), factors(count * before), codes(s.tokens * stride),
        scale(s.tokens * groups), weighed(s.tokens * groups), sum(s.tokens * groups) {
    static constexpr u8 extremes[] = {0xff, 0x80, 0x77}; // the greatest and the least of every format's codes
    for (u8 &byte : rows)
      byte = extreme ? extremes[random.between(0, 2)] : u8(random.between(0, 255));
    // Scales of either sign, some of them zero or subnormal.
    const int64_t blocks = columns / kept.columns;
    const auto setHalf = [&](int64_t which, int64_t place) {
      const u16 half = which % 7 == 3   ? 0
                       : which % 7 == 5 ? 0x8003
                                        : u16(random.between(0, 1) << 15 | random.between(0x1800, 0x2800));
      std::memcpy(rows.data() + place, &half, 2);
    };
    for (int64_t block = 0; block < count * blocks; ++block) {
      const int64_t start = block / blocks * rowBytes + before + block % blocks * kept.bytes;
      if (file.exponent >= 0)
        rows[start + file.exponent] = u8(block % 7 == 3 ? block % 2 : random.between(100, 140));
      for (int place : file.halves)
        setHalf(block, start + place);
    }
    for (int64_t factor = 0; factor < count * kept.rowFactors; ++factor)
      setHalf(factor, factor / kept.rowFactors * rowBytes + factor % kept.rowFactors * 2);
    for (int row = 0; row < count; row += 16) {
      u8 *arrays[] = {records.data() + row * blocks * kept.recordBytes, factors.data() + row * before};
      file.format->packKept(rows.data() + row * rowBytes, 16, columns, arrays);
    }
    for (size_t i = 0; i < codes.size(); ++i)
      codes[i] = i8(extreme ? (i / 3 % 2 ? 127 : -127) : random.between(-127, 127));
    for (size_t group = 0; group < sum.size(); ++group) {
      for (int k = 0; k < 32; ++k)
        sum[group] += codes[32 * group + k];
      scale[group] = 0.013f * f32(group % 11);
      weighed[group] = scale[group] * f32(sum[group]);
    }
  }

  f32 value(int token, int64_t row) const {
    f32 y = 0;
    for (int64_t first = 0; first < columns; first += file.group) {
      const u8 *start = rows.data() + row * rowBytes, *block = start + before + first / kept.columns * kept.bytes;
      const int inBlock = int(first % kept.columns), part = inBlock / file.group;
      const int64_t group = token * groups + first / 32;
      i32 dot = 0;
      for (int k = 0; k < file.group; ++k)
        dot += i32(codes[token * stride + first + k]) * file.code(block, inBlock + k);
      const f32 scales = scale[group] * file.scaleOf(start, block, part);
      y = std::fma(f32(dot), scales, y);
      if (file.hasMinimum())
        y = std::fma(file.minimumOf(start, block, part), weighed[group], y);
    }
    return y;
  }

  /// A weight by itself.
  f32 weight(int64_t row, int64_t column) const {
    const u8 *start = rows.data() + row * rowBytes, *block = start + before + column / kept.columns * kept.bytes;
    const int inBlock = int(column % kept.columns), part = inBlock / file.group;
    const f32 product = file.scaleOf(start, block, part) * f32(file.code(block, inBlock));
    return file.hasMinimum() ? product + file.minimumOf(start, block, part) : product;
  }

  /// What kernels take for the codes' sums.
  const void *sums() const { return kept.takesSum() ? static_cast<const void *>(sum.data()) : weighed.data(); }
};

} // namespace weebill::tests

#endif // WEEBILL_TESTS_KEPTDATA_H
