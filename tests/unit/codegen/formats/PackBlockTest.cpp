//===- PackBlockTest.cpp --------------------------------------------------===//
//
// One row block of each format, a number at a time. Bytes that no row of the model reaches stay as they were: the
// padding is the caller's zeros.
//
//===----------------------------------------------------------------------===//

#include "codegen/formats/Formats.h"
#include "codegen/formats/Half.h"

#include <cmath>
#include <cstring>
#include <gtest/gtest.h>

using namespace weebill::formats;

namespace {

constexpr int64_t kRows = 5, kColumns = 70; // fewer than a block, no multiple of 4 or 64
constexpr uint8_t kUntouched = 0xcd;

float number(int64_t row, int64_t column) { return row == 3 ? 0 : float(row * 100 + column - 90) / 64; }

/// What packBlock stores of kRows rows.
class PackedBlock {
public:
  explicit PackedBlock(const WeightFormat &format, int64_t rows = kRows) : format(format) {
    std::vector<float> numbers;
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t column = 0; column < kColumns; ++column)
        numbers.push_back(number(row, column));
    std::vector<uint8_t *> pointers;
    for (const FormatArray &array : format.arrays) {
      const int64_t bytes = format.rowBlock * array.bytesOfRow(format.storedColumns(kColumns));
      arrays.emplace_back(bytes, kUntouched);
      pointers.push_back(arrays.back().data());
      written.emplace_back(bytes, false);
    }
    format.packBlock(numbers.data(), rows, kColumns, pointers.data());
  }

  template <class T> T take(size_t array, int64_t index) {
    T value;
    const size_t at = size_t(index) * sizeof value;
    std::memcpy(&value, arrays.at(array).data() + at, sizeof value);
    std::fill_n(written[array].begin() + int64_t(at), sizeof value, true);
    return value;
  }

  void expectTheRestUntouched() const {
    for (size_t array = 0; array < arrays.size(); ++array)
      for (size_t byte = 0; byte < arrays[array].size(); ++byte)
        if (!written[array][byte]) {
          ASSERT_EQ(arrays[array][byte], kUntouched) << format.arrays[array].name << " at " << byte;
        }
  }

private:
  const WeightFormat &format;
  std::vector<std::vector<uint8_t>> arrays;
  std::vector<std::vector<bool>> written;
};

TEST(PackBlockTest, AVectorIsCopied) {
  PackedBlock block(kVector, 1);
  for (int64_t column = 0; column < kColumns; ++column)
    EXPECT_EQ(block.take<float>(0, column), number(0, column));
  block.expectTheRestUntouched();
}

TEST(PackBlockTest, Float32LiesColumnByColumn) {
  PackedBlock block(kMatrixF32);
  for (int64_t row = 0; row < kRows; ++row)
    for (int64_t column = 0; column < kColumns; ++column)
      EXPECT_EQ(block.take<float>(0, column * 16 + row), number(row, column));
  block.expectTheRestUntouched();
}

TEST(PackBlockTest, Float16LiesColumnByColumn) {
  PackedBlock block(kMatrixF16);
  for (int64_t row = 0; row < kRows; ++row)
    for (int64_t column = 0; column < kColumns; ++column)
      EXPECT_EQ(block.take<uint16_t>(0, column * 16 + row), toHalf(number(row, column)));
  block.expectTheRestUntouched();
}

TEST(PackBlockTest, Int8LiesFourColumnsByFour) {
  PackedBlock block(kMatrixInt8);
  for (int64_t row = 0; row < kRows; ++row) {
    float largest = 0;
    for (int64_t column = 0; column < kColumns; ++column)
      largest = std::fmax(largest, std::fabs(number(row, column)));
    const float scale = largest / 127.0f;
    int32_t sum = 0;
    for (int64_t column = 0; column < kColumns; ++column) {
      const float code = scale == 0 ? 0 : std::nearbyint(number(row, column) / scale);
      sum += int32_t(code);
      EXPECT_EQ(block.take<int8_t>(0, column / 4 * 64 + row * 4 + column % 4), code) << row << ", " << column;
    }
    EXPECT_EQ(block.take<float>(1, row), scale);
    EXPECT_EQ(block.take<int32_t>(2, row), sum);
  }
  block.expectTheRestUntouched();
}

TEST(PackBlockTest, OnlyFloat16HasNumbersThatItCannotHold) {
  EXPECT_FALSE(kVector.holds || kMatrixF32.holds || kMatrixInt8.holds);
  EXPECT_TRUE(kMatrixF16.holds(65519.0f));
  EXPECT_TRUE(kMatrixF16.holds(-1e-30f));
  for (float number : {65520.0f, -1e6f, INFINITY, NAN})
    EXPECT_FALSE(kMatrixF16.holds(number)) << number;
}

} // namespace
