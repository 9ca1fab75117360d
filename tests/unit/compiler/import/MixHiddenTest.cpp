//===- MixHiddenTest.cpp - Inputs of down that the program mixes ----------===//

#include "compiler/import/rotate/MixHidden.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/rotate/Hadamard.h"

#include <bit>
#include <cmath>
#include <gtest/gtest.h>
#include <random>

using namespace weebill::importer;
using namespace weebill::rotate;
using weebill::families::Role;

namespace {

constexpr int64_t kRows = 3, kHidden = 48;

/// A `down` and an `up` of random numbers, and no blocks of codes but for `up`.
class TwoTensors : public TensorSource {
public:
  TwoTensors() {
    std::mt19937 random(3);
    std::normal_distribution<float> normal;
    for (float &value : values)
      value = normal(random);
  }

  const std::vector<TensorInfo> &tensors() const override { return all; }
  void readRows(const std::string &name, int64_t first, int64_t count, float *out) const override {
    const TensorInfo &info = knownRows(name, first, count);
    std::copy_n(values.begin() + first * info.columns, count * info.columns, out);
  }
  void readBlocks(const std::string &, std::string_view, int64_t, int64_t, uint8_t *out) const override { *out = 7; }

private:
  std::vector<TensorInfo> all = {{"down", "Q8_0", kRows, kHidden, Role::Down, 0},
                                 {"up", "Q8_0", kRows, kHidden, Role::Up, 0}};
  std::array<float, kRows * kHidden> values;
};

ImportedModel twoTensors() {
  ImportedModel model;
  model.architecture.hidden = kHidden;
  model.source = std::make_shared<TwoTensors>();
  return model;
}

std::vector<float> read(const ImportedModel &model, const std::string &name) {
  std::vector<float> values(kRows * kHidden);
  model.source->readRows(name, 0, kRows, values.data());
  return values;
}

} // namespace

TEST(MixTest, SignsAreThoseOfCommonBits) {
  for (uint64_t n : {1, 2, 16, 512})
    for (uint64_t i = 0; i < n; i += 5) {
      std::vector<double> x(n, 0.0);
      x[i] = 3;
      mix(std::span(x), int64_t(n));
      for (uint64_t j = 0; j < n; ++j)
        ASSERT_EQ(x[j], std::popcount(i & j) % 2 ? -3 : 3) << n << ": " << i << ", " << j;
    }
}

TEST(MixHiddenTest, GroupsArePowersOfTwo) {
  for (auto [hidden, columns] : {std::pair(1536, 512), {48, 16}, {4864, 256}, {2560, 512}, {8192, 512}, {16, 16}})
    EXPECT_EQ(mixedColumns(hidden), columns) << hidden;
}

TEST(MixHiddenTest, TheProductWithWhatIsMixedIsTheSame) {
  const ImportedModel model = twoTensors(), mixed = mixHidden(model);
  EXPECT_EQ(mixed.architecture.mixedHidden, 16);
  EXPECT_EQ(model.architecture.mixedHidden, 0);
  const std::vector<float> before = read(model, "down"), after = read(mixed, "down");
  EXPECT_NE(before, after);

  std::mt19937 random(4);
  std::normal_distribution<double> normal;
  std::vector<double> hidden(kHidden), spread;
  for (double &value : hidden)
    value = normal(random);
  spread = hidden;
  mix(std::span(spread), 16);
  for (int64_t row = 0; row < kRows; ++row) {
    double wanted = 0, found = 0, size = 0;
    for (int64_t i = 0; i < kHidden; ++i) {
      wanted += before[row * kHidden + i] * hidden[i];
      found += after[row * kHidden + i] * spread[i];
      size += std::fabs(after[row * kHidden + i] * spread[i]);
    }
    EXPECT_NEAR(found, wanted, size * 0x1p-24); // a rounding of each weight; doubles add nothing that counts
  }
}

TEST(MixHiddenTest, RowsAreReadOneByOneToo) {
  const ImportedModel mixed = mixHidden(twoTensors());
  const std::vector<float> all = read(mixed, "down");
  std::vector<float> row(kHidden);
  mixed.source->readRows("down", 2, 1, row.data());
  EXPECT_EQ(row, std::vector<float>(all.begin() + 2 * kHidden, all.end()));
}

TEST(MixHiddenTest, OtherTensorsStayAsTheyAre) {
  const ImportedModel model = twoTensors(), mixed = mixHidden(model);
  EXPECT_EQ(read(mixed, "up"), read(model, "up"));
  EXPECT_EQ(mixed.source->find("up")->type, "Q8_0");
  EXPECT_EQ(mixed.source->find("down")->type, "F32");
  uint8_t byte = 0;
  mixed.source->readBlocks("up", "Q8_0", 0, 1, &byte);
  EXPECT_EQ(byte, 7);
  EXPECT_THROW(mixed.source->readBlocks("down", "Q8_0", 0, 1, &byte), InputError);
  std::vector<float> row(kHidden);
  EXPECT_THROW(mixed.source->readRows("gate", 0, 1, row.data()), InputError);
}
