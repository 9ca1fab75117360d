// Columns of zeros in every tensor that a width touches, and the constants that they ask for. What the program makes of
// it is tested by tests/emitted/test_widths.py.

#include "compiler/import/pad/PadModel.h"

#include "compiler/import/description/ReadDescription.h"
#include "compiler/import/families/Families.h"

#include <cmath>
#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

importer::ImportedModel described(const std::string &fields) {
  return description::importDescription(
      description::parseDescription("m.json", R"({"vocabulary":20,"tied_embeddings":false,)" +
                                                  std::string(fields.starts_with("\"layers") ? "" : "\"layers\":1,") +
                                                  fields + "}"),
      "m.json");
}

std::vector<float> read(const importer::ImportedModel &model, const std::string &name) {
  const importer::TensorInfo *info = model.source->find(name);
  std::vector<float> rows(size_t(info->rows * info->columns));
  model.source->readRows(name, 0, info->rows, rows.data());
  return rows;
}

TEST(PadModelTest, LeavesWholeBlocksAlone) {
  const importer::ImportedModel model = described(R"("model":32,"hidden":48,"heads":2)");
  EXPECT_EQ(pad::padModel(model).source, model.source);
}

TEST(PadModelTest, EveryTensorHasItsNumbersAndZeros) {
  const importer::ImportedModel model =
      described(R"("model":20,"hidden":18,"heads":2,"head_size":6,"key_value_heads":1,"qkv_bias":true,
                   "attention_out_bias":true,"feed_forward_bias":true,"head_bias":true,"qk_norm":"before_rope")");
  const importer::ImportedModel wide = pad::padModel(model);
  families::forEachTensor(wide.architecture, [&](const families::FamilyTensor &tensor, int64_t block) {
    const std::string name = tensor.name(block);
    const importer::TensorInfo *info = wide.source->find(name);
    ASSERT_TRUE(info) << name;
    EXPECT_EQ(info->rows, tensor.rows) << name;
    EXPECT_EQ(info->columns, tensor.columns) << name;
    const bool gain = families::contentOf(tensor.role) == families::Content::Gain;
    const bool ofHead = tensor.role == families::Role::QueryNorm || tensor.role == families::Role::KeyNorm;
    const double factor = gain ? std::sqrt(ofHead ? 6 / 16.0 : 20 / 32.0) : 1;
    std::vector<float> before = read(model, name), after = read(wide, name), numbers;
    for (float &value : before)
      value = float(double(value) * factor);
    for (float value : after)
      if (value != 0)
        numbers.push_back(value);
    EXPECT_EQ(numbers, before) << name; // in their order, with zeros between them
    // Row by row is the same.
    std::vector<float> rows(after.size());
    for (int64_t row = 0; row < info->rows; ++row)
      wide.source->readRows(name, row, 1, rows.data() + row * info->columns);
    EXPECT_EQ(rows, after) << name;
    EXPECT_THROW(wide.source->readRows(name, info->rows, 1, rows.data()), importer::InputError);
  });
}

TEST(PadModelTest, GatesAndTapsOfConvolutionsGrowEachByItself) {
  const importer::ImportedModel model = described(
      R"("layers":2,"model":20,"hidden":18,"heads":2,"head_size":6,"convolution":[1,0],"convolution_width":4)");
  const importer::ImportedModel wide = pad::padModel(model);
  const std::vector<float> in = read(model, "blk.0.shortconv.in_proj.weight"),
                           taps = read(model, "blk.0.shortconv.conv.weight");
  const std::vector<float> wideIn = read(wide, "blk.0.shortconv.in_proj.weight");
  ASSERT_EQ(wideIn.size(), 3u * 32 * 32);
  for (size_t part = 0; part < 3; ++part)
    for (size_t row = 0; row < 32; ++row)
      for (size_t column = 0; column < 32; ++column)
        ASSERT_EQ(wideIn[(part * 32 + row) * 32 + column],
                  row < 20 && column < 20 ? in[(part * 20 + row) * 20 + column] : 0)
            << part << ", " << row << ", " << column;
  const std::vector<float> wideTaps = read(wide, "blk.0.shortconv.conv.weight");
  ASSERT_EQ(wideTaps.size(), 4u * 32);
  for (size_t tap = 0; tap < 4; ++tap)
    for (size_t channel = 0; channel < 32; ++channel)
      ASSERT_EQ(wideTaps[tap * 32 + channel], channel < 20 ? taps[tap * 20 + channel] : 0) << tap << ", " << channel;
  families::forEachTensor(wide.architecture, [&](const families::FamilyTensor &tensor, int64_t block) {
    const importer::TensorInfo *info = wide.source->find(tensor.name(block));
    ASSERT_TRUE(info) << tensor.part;
    EXPECT_EQ(info->rows, tensor.rows) << tensor.part;
    EXPECT_EQ(info->columns, tensor.columns) << tensor.part;
  });
}

TEST(PadModelTest, PairsOfHeadsStayPairs) {
  const importer::ImportedModel wide = pad::padModel(described(R"("model":16,"hidden":16,"heads":1,"head_size":6)"));
  const std::vector<float> rows = read(wide, "blk.0.attn_q.weight");
  ASSERT_EQ(rows.size(), 16u * 16);
  for (int row = 0; row < 16; ++row)
    EXPECT_EQ(rows[size_t(row) * 16] != 0, row % 8 < 3) << row;
}

TEST(PadModelTest, ConstantsStandForWhatTheyStoodFor) {
  const importer::ImportedModel model = described(R"("model":20,"hidden":16,"heads":2,"head_size":8,"norm_epsilon":1e-5,
                                                     "rope_theta":10000,"qk_norm":"after_rope")");
  const importer::Architecture wide = pad::padModel(model).architecture;
  EXPECT_EQ(wide.model, 32);
  EXPECT_EQ(wide.hidden, 16);
  EXPECT_EQ(wide.headSize, 16);
  EXPECT_FLOAT_EQ(wide.normEpsilon, 1e-5f * 20 / 32);
  EXPECT_FLOAT_EQ(wide.headNormEpsilon, 1e-5f / 2);
  EXPECT_NEAR(wide.ropeTheta, 1e8, 1e-3);
  EXPECT_FLOAT_EQ(wide.attentionScale, float(1 / std::sqrt(8.0) / 2)); // heads without gains are sqrt(2) times as long
  const importer::ImportedModel gained =
      described(R"("model":16,"hidden":16,"heads":2,"head_size":8,"qk_norm":"before_rope")");
  EXPECT_FLOAT_EQ(pad::padModel(gained).architecture.attentionScale, float(1 / std::sqrt(8.0)));
  EXPECT_EQ(pad::padModel(gained).architecture.normEpsilon, gained.architecture.normEpsilon);
}

} // namespace
} // namespace weebill::tests
