//===- PackKeptTest.cpp ---------------------------------------------------===//
//
// Blocks of each format that keeps the codes of a model file, packed: every byte of the file has its place, and none
// is written twice.
//
//===----------------------------------------------------------------------===//

#include "codegen/formats/Formats.h"

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
};

struct Packing {
  const WeightFormat *format;
  std::vector<Place> places;
};

const Packing kPackings[] = {
    {&kMatrixQ4_0, {{0, 2, 256, 2}, {2, 16, 0, 4}}},
    {&kMatrixQ4_1, {{0, 2, 256, 2}, {2, 2, 288, 2}, {4, 16, 0, 4}}},
    {&kMatrixQ8_0, {{0, 2, 512, 2}, {2, 32, 0, 4}}},
};

TEST(PackKeptTest, EveryByteHasItsPlace) {
  for (const Packing &packing : kPackings) {
    const KeptBlocks &kept = *packing.format->kept;
    std::vector<uint8_t> rows(kRows * kBlocks * kept.bytes);
    for (size_t i = 0; i < rows.size(); ++i)
      rows[i] = uint8_t(i * 37 + i / 251);
    std::vector<uint8_t> records(kRowBlock * kBlocks * kept.bytes, kUntouched), expected = records;
    uint8_t *arrays[] = {records.data()};
    packing.format->packKept(rows.data(), kRows, kBlocks * kept.columns, arrays);

    std::vector<int> times(records.size());
    for (int64_t row = 0; row < kRows; ++row)
      for (int64_t block = 0; block < kBlocks; ++block)
        for (const Place &place : packing.places)
          for (int64_t byte = 0; byte < place.bytes; ++byte) {
            const int64_t at = block * kRowBlock * kept.bytes + place.to +
                               (byte / place.unit * kRowBlock + row) * place.unit + byte % place.unit;
            expected[at] = rows[(row * kBlocks + block) * kept.bytes + place.from + byte];
            ++times[at];
          }
    EXPECT_EQ(records, expected) << packing.format->name;
    for (int count : times)
      ASSERT_LE(count, 1) << packing.format->name;
  }
}

TEST(PackKeptTest, RecordsAreAsLargeAsTheFilesBlocks) {
  size_t kept = 0;
  for (const WeightFormat *format : kFormats)
    if (format->kept) {
      ++kept;
      EXPECT_EQ(format->arrays.front().bytesOfRow(format->kept->columns), format->kept->bytes) << format->name;
      EXPECT_EQ(format->columnMultiple, format->kept->columns) << format->name;
      EXPECT_EQ(format->packBlock, nullptr) << format->name;
      EXPECT_NE(format->kept->productText, nullptr) << format->name;
    }
  EXPECT_EQ(std::size(kPackings), kept);
}

} // namespace
