//===- PackKeptTest.cpp ---------------------------------------------------===//
//
// Blocks of each format that keeps the codes of a model file, packed. Where bytes stay what they are, every one has its
// place and none is written twice; where codes are put together anew, each is found by the record's description.
//
//===----------------------------------------------------------------------===//

#include "codegen/formats/Formats.h"

#include <cstring>
#include <gtest/gtest.h>

using namespace weebill::formats;

namespace {

constexpr int64_t kRows = 5, kBlocks = 3; // fewer rows than a record has
constexpr uint8_t kUntouched = 0xcd;

/// Where byte `byte` of a row's block goes in its record: bytes of codes in fours beside those of other rows, float16
/// in rows of sixteen.
struct Place {
  int64_t from, bytes; // in the block
  int64_t to;          // in the record
  int64_t unit;        // bytes of a row that stay together
  uint8_t flipped = 0; // bits
};

struct Packing {
  const WeightFormat *format;
  std::vector<Place> places;
};

const Packing kPackings[] = {
    {&kMatrixQ4_0, {{0, 2, 256, 2}, {2, 16, 0, 4}}},
    {&kMatrixQ4_1, {{0, 2, 256, 2}, {2, 2, 288, 2}, {4, 16, 0, 4}}},
    {&kMatrixQ8_0, {{0, 2, 512, 2}, {2, 32, 0, 4}}},
    {&kMatrixIQ4_NL, {{0, 2, 256, 2}, {2, 16, 0, 4}}},
    {&kMatrixMXFP4, {{0, 1, 256, 1}, {1, 16, 0, 4}}},
    {&kMatrixQ4_C, {{0, 1, 256, 1, 0x80}, {1, 1, 272, 1}, {2, 16, 0, 4}}},
};

/// The float16 before a row's blocks, those of 16 rows side by side.
void expectFactors(const KeptBlocks &kept, const std::vector<uint8_t> &rows, int64_t rowBytes,
                   const std::vector<uint8_t> &factors) {
  for (int64_t row = 0; row < kRows; ++row)
    for (int64_t factor = 0; factor < kept.rowFactors; ++factor)
      EXPECT_EQ(std::memcmp(&factors[32 * factor + 2 * row], &rows[row * rowBytes + 2 * factor], 2), 0) << kept.type;
}

TEST(PackKeptTest, EveryByteHasItsPlace) {
  for (const Packing &packing : kPackings) {
    const KeptBlocks &kept = *packing.format->kept;
    const int64_t rowBytes = kept.rowBytes(kBlocks * kept.columns), before = rowBytes - kBlocks * kept.bytes;
    std::vector<uint8_t> rows(kRows * rowBytes);
    for (size_t i = 0; i < rows.size(); ++i)
      rows[i] = uint8_t(i * 37 + i / 251);
    std::vector<uint8_t> records(kRowBlock * kBlocks * kept.recordBytes, kUntouched), expected = records;
    std::vector<uint8_t> factors(kRowBlock * 2 * kept.rowFactors, kUntouched);
    uint8_t *arrays[] = {records.data(), factors.data()};
    packing.format->packKept(rows.data(), kRows, kBlocks * kept.columns, arrays);

    std::vector<int> times(records.size());
    for (int64_t row = 0; row < kRows; ++row)
      for (int64_t block = 0; block < kBlocks; ++block)
        for (const Place &place : packing.places)
          for (int64_t byte = 0; byte < place.bytes; ++byte) {
            const int64_t at = block * kRowBlock * kept.bytes + place.to +
                               (byte / place.unit * kRowBlock + row) * place.unit + byte % place.unit;
            expected[at] = rows[row * rowBytes + before + block * kept.bytes + place.from + byte] ^ place.flipped;
            ++times[at];
          }
    EXPECT_EQ(records, expected) << packing.format->name;
    expectFactors(kept, rows, rowBytes, factors);
    for (int count : times)
      ASSERT_LE(count, 1) << packing.format->name;
  }
}

/// A format whose codes and scales are put together anew: what the file's block has, told by columns.
struct Repacking {
  const WeightFormat *format;
  int bits;
  int (*code)(const uint8_t *block, int column);
  std::vector<int> halves; // places of float16 in the block; in the record they follow each other
  int (*scale)(const uint8_t *block, int part) = nullptr; // bytes, of formats that share float16
  int (*minimum)(const uint8_t *block, int part) = nullptr;
};

int nibble(const uint8_t *bytes, int k) { return k % 32 < 16 ? bytes[k % 16] & 15 : bytes[k % 16] >> 4; }
int nibbleOf64(const uint8_t *bytes, int k) { return bytes[k / 64 * 32 + k % 32] >> (k / 32 % 2 * 4) & 15; }
int bit(const uint8_t *bytes, int k) { return bytes[k / 8] >> k % 8 & 1; }

/// One of eight numbers of six bits: whole in `first`, or the upper two bits there and the lower four in `last`.
int sixBits(const uint8_t *first, const uint8_t *last, int part, int shift) {
  return part < 4 ? first[part] & 63 : (last[part - 4] >> shift & 15) | first[part - 4] >> 6 << 4;
}

/// A byte of TQ1_0 is a fraction of 256, whose digits of base 3 follow each other.
int digit(int byte, int place) {
  int fraction = byte;
  for (; place > 0; --place)
    fraction = fraction * 3 % 256;
  return fraction * 3 / 256;
}

const Repacking kRepackings[] = {
    {&kMatrixIQ4_XS,
     4,
     [](const uint8_t *b, int k) { return nibble(b + 8 + k / 32 * 16, k); },
     {0},
     [](const uint8_t *b, int part) {
       const int upper = (b[2] | b[3] << 8) >> 2 * part & 3;
       return (((b[4 + part / 2] >> part % 2 * 4 & 15) | upper << 4) - 32) & 255;
     }},
    {&kMatrixQ5_0, 5, [](const uint8_t *b, int k) { return nibble(b + 6, k) | bit(b + 2, k) << 4; }, {0}},
    {&kMatrixQ5_1, 5, [](const uint8_t *b, int k) { return nibble(b + 8, k) | bit(b + 4, k) << 4; }, {0, 2}},
    {&kMatrixQ6_0,
     6,
     [](const uint8_t *b, int k) {
       return nibble(b + 10, k) | (b[2 + k % 8] >> (k % 16 < 8 ? 0 : 4) >> (k < 16 ? 0 : 2) & 3) << 4;
     },
     {0}},
    {&kMatrixQ6_C,
     6,
     [](const uint8_t *b, int k) {
       return nibble(b + 9, k) | (b[1 + k % 8] >> (k % 16 < 8 ? 0 : 4) >> (k < 16 ? 0 : 2) & 3) << 4;
     },
     {},
     [](const uint8_t *b, int) { return int(b[0]); }},
    {&kMatrixQ4_K,
     4,
     [](const uint8_t *b, int k) { return nibbleOf64(b + 16, k); },
     {0, 2},
     [](const uint8_t *b, int part) { return sixBits(b + 4, b + 12, part, 0); },
     [](const uint8_t *b, int part) { return sixBits(b + 8, b + 12, part, 4); }},
    {&kMatrixQ5_K,
     5,
     [](const uint8_t *b, int k) { return nibbleOf64(b + 48, k) | (b[16 + k % 32] >> k / 32 & 1) << 4; },
     {0, 2},
     [](const uint8_t *b, int part) { return sixBits(b + 4, b + 12, part, 0); },
     [](const uint8_t *b, int part) { return sixBits(b + 8, b + 12, part, 4); }},
    {&kMatrixQ6_K,
     6,
     [](const uint8_t *b, int k) {
       return (b[k / 128 * 64 + k % 64] >> (k / 64 % 2 * 4) & 15) |
              (b[128 + k / 128 * 32 + k % 32] >> (k / 32 % 4 * 2) & 3) << 4;
     },
     {208},
     [](const uint8_t *b, int part) { return int(b[192 + part]); }},
    {&kMatrixTQ1_0,
     2,
     [](const uint8_t *b, int k) {
       return k < 160   ? digit(b[k % 32], k / 32)
              : k < 240 ? digit(b[32 + k % 16], k / 16 - 10)
                        : digit(b[48 + k % 4], k / 4 - 60);
     },
     {52}},
    {&kMatrixTQ2_0, 2, [](const uint8_t *b, int k) { return b[k / 128 * 32 + k % 32] >> (k / 32 % 4 * 2) & 3; }, {64}},
    {&kMatrixQ2_0, 2, [](const uint8_t *b, int k) { return b[2 + k / 4] >> (k % 4 * 2) & 3; }, {0}},
};

/// The code of a column of a piece: its two bits; or its lower four, and those of the plane.
int codeIn(const uint8_t *piece, int bits, int64_t row, int k) {
  if (bits == 2)
    return piece[k / 16 * 64 + row * 4 + k % 4] >> (k % 16 / 4 * 2) & 3;
  const int low = piece[k % 16 / 4 * 64 + row * 4 + k % 4] >> (k < 16 ? 0 : 4) & 15;
  const uint8_t *plane = piece + 256 + row * 4 + k % 4;
  return bits == 4   ? low
         : bits == 5 ? low | (plane[0] >> k / 4 & 1) << 4
                     : low | (plane[k / 16 * 64] >> (k % 16 / 4 * 2) & 3) << 4;
}

TEST(PackKeptTest, CodesAndScalesAreFoundWhereRecordsHaveThem) {
  for (const Repacking &repacking : kRepackings) {
    const KeptBlocks &kept = *repacking.format->kept;
    const int64_t rowBytes = kept.rowBytes(kBlocks * kept.columns), before = rowBytes - kBlocks * kept.bytes;
    std::vector<uint8_t> rows(kRows * rowBytes);
    for (size_t i = 0; i < rows.size(); ++i)
      rows[i] = uint8_t(i * 167 + i / 251 + i / 7);
    std::vector<uint8_t> records(kRowBlock * kBlocks * kept.recordBytes, 0);
    std::vector<uint8_t> factors(kRowBlock * 2 * kept.rowFactors);
    uint8_t *arrays[] = {records.data(), factors.data()};
    repacking.format->packKept(rows.data(), kRows, kBlocks * kept.columns, arrays);
    for (int64_t row = 0; row < kRows; ++row)
      for (int64_t index = 0; index < kBlocks; ++index) {
        const uint8_t *block = rows.data() + row * rowBytes + before + index * kept.bytes;
        const uint8_t *record = records.data() + index * kept.recordBytes * kRowBlock;
        for (int k = 0; k < kept.columns; ++k) {
          const uint8_t *piece = record + k / 32 * kept.pieceBytes * kRowBlock;
          ASSERT_EQ(codeIn(piece, repacking.bits, row, k % 32), repacking.code(block, k)) << kept.type << " " << k;
          const int part = int(k * kept.scalesOfGroup / 32), half = int(part % kept.scalesOfGroup);
          if (repacking.scale) {
            ASSERT_EQ(piece[kept.scales + 16 * half + row], repacking.scale(block, part)) << kept.type << " " << k;
          }
          if (repacking.minimum) {
            ASSERT_EQ(piece[kept.minimums + row], repacking.minimum(block, part)) << kept.type << " " << k;
          }
        }
        const int64_t halves = kept.shared ? kept.groups() * kept.pieceBytes * kRowBlock : kept.scales;
        for (size_t half = 0; half < repacking.halves.size(); ++half)
          EXPECT_EQ(std::memcmp(record + halves + 32 * half + 2 * row, block + repacking.halves[half], 2), 0)
              << kept.type;
      }
    expectFactors(kept, rows, rowBytes, factors);
    // Rows that are not there stay zero.
    for (int64_t row = kRows; row < kRowBlock; ++row)
      EXPECT_EQ(codeIn(records.data(), repacking.bits, row, 5), 0) << kept.type;
  }
}

TEST(PackKeptTest, RecordsAreHardlyLargerThanTheFilesBlocks) {
  size_t kept = 0;
  for (const WeightFormat *format : kFormats)
    if (format->kept) {
      ++kept;
      EXPECT_EQ(format->arrays.front().bytesOfRow(format->kept->columns), format->kept->recordBytes) << format->name;
      EXPECT_GE(format->kept->recordBytes, format->kept->bytes) << format->name;
      // Five digits in a byte become ten bits (docs/quantization.md).
      const int64_t most = format == &kMatrixTQ1_0 ? 123 : 103;
      EXPECT_LE(100 * format->kept->recordBytes, most * format->kept->bytes) << format->name;
      EXPECT_EQ(format->kept->recordBytes - format->kept->groups() * format->kept->pieceBytes, !format->kept->shared ? 0
                                                                                               : format->kept->minimums
                                                                                                   ? 4
                                                                                                   : 2)
          << format->name;
      EXPECT_EQ(format->columnMultiple, format->kept->columns) << format->name;
      EXPECT_EQ(format->packBlock, nullptr) << format->name;
    }
  EXPECT_EQ(std::size(kPackings) + std::size(kRepackings), kept);
}

} // namespace
