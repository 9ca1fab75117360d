//===- CompactRowsTest.cpp ------------------------------------------------===//
//
// Codes stay, scales and centres are off by half a step at most, and what the interpreter takes out of a row is what
// the row says.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/CompactRows.h"

#include "codegen/formats/Half.h"
#include "compiler/import/gguf/Dequantize.h"
#include "compiler/reference/ExactArithmetic.h"
#include "compiler/reference/KeptBlocks.h"

#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <random>
#include <vector>

using namespace weebill;
using namespace weebill::quantize;

namespace {

constexpr int64_t kColumns = 160;

/// Blocks whose float16 are normal numbers of that size, the scale of one in five negative.
std::vector<uint8_t> randomBlocks(int64_t bytes, const std::vector<double> &sizes, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  std::vector<uint8_t> blocks(size_t(kColumns / 32 * bytes));
  for (uint8_t &byte : blocks)
    byte = uint8_t(random());
  for (int64_t block = 0; block < kColumns / 32; ++block)
    for (size_t place = 0; place < sizes.size(); ++place) {
      const double size =
          sizes[place] * (place == 0 ? (block == 3 ? -1 : 1) * (1 + std::fabs(normal(random))) : -8 + normal(random));
      const uint16_t half = formats::toHalf(float(size));
      std::memcpy(blocks.data() + block * bytes + 2 * int64_t(place), &half, 2);
    }
  return blocks;
}

double half(const uint8_t *place) { return gguf::halfToFloat(uint16_t(place[0] | place[1] << 8)); }

TEST(CompactRowsTest, WeightsOfQ4_1AreOffByHalfAStepOfScaleAndCentre) {
  for (double size : {0.02, 1e-4, 300.0}) {
    const std::vector<uint8_t> blocks = randomBlocks(20, {size, size}, 1);
    std::vector<float> exact(kColumns), compact(kColumns);
    std::vector<uint8_t> row(size_t(kQ4_C.rowBytes(kColumns)));
    for (int64_t block = 0; block < kColumns / 32; ++block)
      gguf::dequantizeQ4_1(reinterpret_cast<const char *>(blocks.data() + 20 * block), exact.data() + 32 * block);
    compactQ4_1(blocks.data(), kColumns, row.data());
    kQ4_C.dequantizeRow(row.data(), kColumns, compact.data());
    // Half a step of the scale at a code that is 15 from the mean, half a step of the centre.
    const double most = 0.5 * half(row.data()) * 15 + 0.5 * half(row.data() + 2);
    double off = 0;
    for (int64_t k = 0; k < kColumns; ++k) {
      EXPECT_NEAR(compact[k], exact[k], 1.001 * most) << size << ", " << k;
      off += std::fabs(compact[k] - exact[k]);
    }
    EXPECT_GT(off, 0) << "eight bits are not sixteen";
    // The greatest scale has the most steps that there are.
    int greatest = 0;
    for (int64_t block = 0; block < kColumns / 32; ++block)
      greatest = std::max<int>(greatest, row[4 + 18 * block]);
    EXPECT_GE(greatest, size < 1e-3 ? 200 : 254) << size;
  }
}

TEST(CompactRowsTest, CodesOfQ6_0Stay) {
  const std::vector<uint8_t> blocks = randomBlocks(26, {0.02}, 2);
  std::vector<uint8_t> row(size_t(kQ6_C.rowBytes(kColumns)));
  compactQ6_0(blocks.data(), kColumns, row.data());
  for (int64_t block = 0; block < kColumns / 32; ++block) {
    const uint8_t *stored = row.data() + 2 + 25 * block, *given = blocks.data() + 26 * block;
    EXPECT_EQ(std::memcmp(stored + 1, given + 2, 24), 0);
    EXPECT_NEAR(half(row.data()) * int8_t(stored[0]), half(given), 0.501 * half(row.data()));
  }
}

TEST(CompactRowsTest, RowsOfZerosStayZeros) {
  std::vector<uint8_t> blocks(size_t(kColumns / 32 * 26)), row(size_t(kQ6_C.rowBytes(kColumns)));
  std::vector<float> weights(kColumns, 1.0f);
  compactQ4_1(blocks.data(), kColumns, row.data());
  kQ4_C.dequantizeRow(row.data(), kColumns, weights.data());
  EXPECT_EQ(weights, std::vector<float>(kColumns, 0.0f));
  compactQ6_0(blocks.data(), kColumns, row.data());
  kQ6_C.dequantizeRow(row.data(), kColumns, weights.data());
  for (float weight : weights)
    EXPECT_EQ(weight, 0.0f);
}

TEST(CompactRowsTest, TheInterpreterReadsWhatRowsSay) {
  for (const auto &[form, storage] : {std::pair(&kQ4_C, "q4_c"), std::pair(&kQ6_C, "q6_c")}) {
    const reference::BlockFormat &format = reference::blockFormatOf(storage);
    ASSERT_EQ(format.type, form->type);
    ASSERT_EQ(format.rowBytes, 2 * form->factors);
    ASSERT_EQ(format.bytes, form->bytes);
    std::vector<uint8_t> row(size_t(form->rowBytes(kColumns)));
    if (form == &kQ4_C)
      compactQ4_1(randomBlocks(20, {0.03, 0.03}, 3).data(), kColumns, row.data());
    else
      compactQ6_0(randomBlocks(26, {0.03}, 3).data(), kColumns, row.data());
    constexpr int64_t groups = kColumns / 32;
    std::vector<float> wanted(kColumns), scales(groups), minimums(groups);
    std::vector<int8_t> codes(kColumns);
    for (int64_t group = 0; group < groups; ++group)
      format.takeApart(row.data() + format.rowBytes + group * format.bytes, codes.data() + 32 * group,
                       scales.data() + group, minimums.data() + group);
    format.finishRow(row.data(), groups, scales.data(), minimums.data());
    form->dequantizeRow(row.data(), kColumns, wanted.data());
    for (int64_t k = 0; k < kColumns; ++k)
      ASSERT_EQ(reference::ExactArithmetic::weight(int32_t(codes[k]), scales[k / 32],
                                                   format.minimums ? minimums[k / 32] : 0.0f),
                wanted[k])
          << storage << ", column " << k;
  }
}

} // namespace
