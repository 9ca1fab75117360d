// Random weights: the numbers that docs/description.md defines, in any order of reading, of the size that keeps
// activations of order one. tests/emitted/random_tensors.py computes whole tensors a second time.

#include "compiler/import/description/RandomTensors.h"

#include <bit>
#include <cmath>
#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

importer::Architecture sizes() {
  importer::Architecture a;
  a.layers = 2;
  a.model = 48;
  a.hidden = 80;
  a.heads = 3;
  a.keyValueHeads = 1;
  a.headSize = 32;
  a.vocabulary = 4096;
  a.tiedEmbeddings = true;
  return a;
}

std::vector<float> rows(const importer::TensorSource &source, const std::string &name, int64_t first, int64_t count) {
  std::vector<float> read(size_t(count * source.find(name)->columns));
  source.readRows(name, first, count, read.data());
  return read;
}

TEST(RandomTensorsTest, BitsAreTheSameEverywhere) {
  // By tests/emitted/random_tensors.py.
  importer::Architecture wide = sizes();
  wide.model = 576;
  const auto embedding = rows(*description::makeRandomTensors(wide, 0), "token_embd.weight", 2, 1);
  EXPECT_EQ(std::bit_cast<uint32_t>(embedding[0]), 0x3c28f276u);
  EXPECT_EQ(std::bit_cast<uint32_t>(embedding[1]), 0xbd989c23u);
  EXPECT_EQ(std::bit_cast<uint32_t>(embedding[575]), 0xbbd87863u);
  const auto down = rows(*description::makeRandomTensors(sizes(), 42), "blk.1.ffn_down.weight", 47, 1);
  EXPECT_EQ(std::bit_cast<uint32_t>(down[0]), 0x3d8033a9u);
  EXPECT_EQ(std::bit_cast<uint32_t>(down[1]), 0xbdad9fe8u);
  EXPECT_EQ(std::bit_cast<uint32_t>(down[79]), 0x3c3f3a83u);
  wide.model = 96;
  const auto gains = rows(*description::makeRandomTensors(wide, 42), "output_norm.weight", 0, 1);
  EXPECT_EQ(std::bit_cast<uint32_t>(gains[0]), 0x3f787e10u);
  EXPECT_EQ(std::bit_cast<uint32_t>(gains[1]), 0x3f83bee8u);
  EXPECT_EQ(std::bit_cast<uint32_t>(gains[95]), 0x3f8777d8u);
}

TEST(RandomTensorsTest, TapsOfConvolutions) {
  importer::Architecture convolving = sizes();
  convolving.convolutions = {0, 1};
  convolving.convolutionWidth = 3;
  const auto source = description::makeRandomTensors(convolving, 42);
  EXPECT_EQ(source->find("blk.0.shortconv.conv.weight"), nullptr);
  EXPECT_EQ(source->find("blk.1.attn_q.weight"), nullptr);
  const auto taps = rows(*source, "blk.1.shortconv.conv.weight", 0, 1);
  ASSERT_EQ(taps.size(), 3u * 48);
  EXPECT_EQ(std::bit_cast<uint32_t>(taps[0]), 0xbf1f8700u);
  EXPECT_EQ(std::bit_cast<uint32_t>(taps[1]), 0x3e0fdc00u);
  EXPECT_EQ(std::bit_cast<uint32_t>(taps[143]), 0x3ed82600u);
}

TEST(RandomTensorsTest, ARowDoesNotDependOnWhatIsReadWithIt) {
  const auto source = description::makeRandomTensors(sizes(), 3);
  const auto all = rows(*source, "blk.0.ffn_gate.weight", 0, 80);
  for (int64_t row : {79, 0, 33}) {
    const auto one = rows(*source, "blk.0.ffn_gate.weight", row, 1);
    EXPECT_TRUE(std::equal(one.begin(), one.end(), all.begin() + row * 48)) << row;
  }
}

TEST(RandomTensorsTest, SeedsTensorsAndRowsDiffer) {
  const auto source = description::makeRandomTensors(sizes(), 3);
  const auto row = rows(*source, "blk.0.ffn_gate.weight", 0, 1);
  EXPECT_NE(row, rows(*source, "blk.0.ffn_gate.weight", 1, 1));
  EXPECT_NE(row, rows(*source, "blk.0.ffn_up.weight", 0, 1));
  EXPECT_NE(row, rows(*source, "blk.1.ffn_gate.weight", 0, 1));
  EXPECT_NE(row, rows(*description::makeRandomTensors(sizes(), 4), "blk.0.ffn_gate.weight", 0, 1));
}

TEST(RandomTensorsTest, MatricesKeepTheSizeOfWhatTheyMultiply) {
  // 196,608 values of variance 1 / columns. The mean of n has a deviation of 1 / sqrt(n) of theirs. A sum of four
  // uniform pieces has a kurtosis of 3 - 6 / 5 / 4 = 2.7, so their mean square deviates by sqrt(1.7 / n). Five
  // deviations.
  const auto values = rows(*description::makeRandomTensors(sizes(), 5), "token_embd.weight", 0, 4096);
  double sum = 0, squares = 0;
  for (float value : values) {
    sum += value * std::sqrt(48.0);
    squares += double(value) * value * 48;
  }
  const double n = double(values.size());
  EXPECT_NEAR(sum / n, 0, 5 / std::sqrt(n));
  EXPECT_NEAR(squares / n, 1, 5 * std::sqrt(1.7 / n));
  for (float gain : rows(*description::makeRandomTensors(sizes(), 5), "output_norm.weight", 0, 1))
    EXPECT_NEAR(gain, 1, 0.125);
}

TEST(RandomTensorsTest, ListsBlocksOnceAndATiedHeadNotAtAll) {
  importer::Architecture a = sizes();
  a.schedule = {0, 1, 0, 1};
  EXPECT_EQ(description::makeRandomTensors(a, 0)->tensors().size(), 2u + 2 * 9);
  EXPECT_EQ(description::makeRandomTensors(a, 0)->find("output.weight"), nullptr);
  a.tiedEmbeddings = false;
  EXPECT_NE(description::makeRandomTensors(a, 0)->find("output.weight"), nullptr);
}

TEST(RandomTensorsTest, RefusesWhatIsNotThere) {
  const auto source = description::makeRandomTensors(sizes(), 0);
  float out[96];
  EXPECT_THROW(source->readRows("blk.2.attn_q.weight", 0, 1, out), importer::InputError);
  EXPECT_THROW(source->readRows("token_embd.weight", 4095, 2, out), importer::InputError);
  EXPECT_THROW(source->readRows("token_embd.weight", -1, 1, out), importer::InputError);
  EXPECT_THROW(source->readRows("token_embd.weight", 0, -1, out), importer::InputError);
}

} // namespace
} // namespace weebill::tests
