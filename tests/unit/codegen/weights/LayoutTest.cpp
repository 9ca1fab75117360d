//===- LayoutTest.cpp -----------------------------------------------------===//
//
// Every offset of a small plan by hand, which rows a row block holds, what changes the layout hash, and sizes that no
// file can have.
//
//===----------------------------------------------------------------------===//

#include "codegen/weights/Layout.h"
#include "tests/unit/codegen/weights/SmallPlan.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <limits>

using namespace weebill::plan;
using namespace weebill::tests;
using namespace weebill::weights;
namespace formats = weebill::formats;

namespace {

TEST(LayoutTest, FollowsTheReadingOrder) {
  const WeightsLayout layout = layOutWeights(smallPlan(), {{"tokenizer", 100}});

  // RoPE: 70 positions padded to 128, times head_size / 2 = 4, times 4 bytes.
  EXPECT_EQ(layout.section("rope_cosine")->array.offset, 0);
  EXPECT_EQ(layout.section("rope_cosine")->array.bytes, 2048);
  EXPECT_EQ(layout.section("rope_sine")->array.offset, 2048);

  // 50 x 70 becomes 64 x 128.
  const FieldLayout &embedding = *layout.field("embedding");
  EXPECT_EQ(embedding.rows, 64);
  EXPECT_EQ(embedding.columns, 128);
  EXPECT_EQ(embedding.values().offset, 4096);
  EXPECT_EQ(embedding.values().bytes, 64 * 128);
  EXPECT_EQ(embedding.array("scale").offset, 4096 + 8192);
  EXPECT_EQ(embedding.array("row_sum").offset, 4096 + 8192 + 256);

  EXPECT_EQ(layout.blocksOffset, 4096 + 8192 + 256 + 256);
  const FieldLayout &norm = *layout.field("norm"), &qkv = *layout.field("qkv");
  EXPECT_EQ(norm.values().offset, 0);
  EXPECT_EQ(norm.values().bytes, 128 * 4);
  EXPECT_EQ(qkv.rows, 16 + 16 + 16); // every part is padded
  EXPECT_EQ(qkv.values().offset, 512);
  EXPECT_EQ(layout.field("gate_up")->rows, 48 + 48);
  const FieldLayout &down = *layout.field("down");
  EXPECT_EQ(down.columns, 40); // float32 columns are not padded
  EXPECT_EQ(down.values().bytes, 80 * 40 * 4);
  EXPECT_EQ(layout.blockStride, down.values().offset + down.values().bytes);
  EXPECT_EQ(layout.offsetOf(down, down.values(), 1), layout.blocksOffset + layout.blockStride + down.values().offset);

  const FieldLayout &outputNorm = *layout.field("output_norm");
  EXPECT_EQ(outputNorm.values().offset, layout.blocksOffset + 2 * layout.blockStride);
  EXPECT_EQ(layout.section("tokenizer")->array.offset, outputNorm.values().offset + 512);
  EXPECT_EQ(layout.contentBytes, outputNorm.values().offset + 512 + 128);
  EXPECT_EQ(layout.fileBytes, layout.contentBytes + 64);
}

TEST(LayoutTest, EverythingIsAlignedAndNothingOverlaps) {
  const WeightsLayout layout = layOutWeights(smallPlan(), {{"tokenizer", 100}});
  std::vector<std::pair<int64_t, int64_t>> ranges;
  for (const FieldLayout &field : layout.fields)
    for (int64_t block = 0; block < (field.perBlock ? layout.blocks : 1); ++block)
      for (const ArrayLayout &array : field.arrays)
        ranges.push_back({layout.offsetOf(field, array, block), array.bytes});
  for (const SectionLayout &section : layout.sections)
    ranges.push_back({section.array.offset, section.array.bytes});
  std::sort(ranges.begin(), ranges.end());
  int64_t end = 0;
  for (auto [offset, bytes] : ranges) {
    EXPECT_EQ(offset % 64, 0);
    EXPECT_GE(offset, end);
    EXPECT_LT(offset - end, 64) << "a hole before " << offset;
    end = offset + bytes;
  }
  EXPECT_LE(end, layout.contentBytes);
}

TEST(LayoutTest, FieldsListedAfterTheBlocksStandAfterThem) {
  ModelPlan plan = smallPlan();
  std::rotate(plan.weights.begin(), plan.weights.begin() + 1, plan.weights.end()); // the embedding is last now
  const WeightsLayout layout = layOutWeights(plan);
  EXPECT_EQ(layout.blocksOffset, 4096);
  EXPECT_EQ(layout.field("output_norm")->values().offset, 4096 + 2 * layout.blockStride);
  EXPECT_EQ(layout.field("embedding")->values().offset, layout.field("output_norm")->values().offset + 512);
}

/// `down` of block 0 in one format, of block 1 in another.
ModelPlan unlikePlan() {
  ModelPlan plan = smallPlan();
  WeightPlan &down = plan.weights[4];
  down.columns = 64;
  WeightPlan other = down;
  down.name = "down_q4_0";
  down.format = &formats::kMatrixQ4_0;
  down.sources[1].clear();
  other.name = "down_q8_0";
  other.format = &formats::kMatrixQ8_0;
  other.sources[0].clear();
  plan.weights.insert(plan.weights.begin() + 2, other); // in front of what all blocks have
  return plan;
}

TEST(LayoutTest, BlocksThatDifferHaveTheirOwnLengths) {
  const WeightsLayout layout = layOutWeights(unlikePlan());
  const FieldLayout &q4 = *layout.field("down_q4_0"), &q8 = *layout.field("down_q8_0"), &norm = *layout.field("norm");
  const int64_t q4Bytes = 80 * 2 * 18, q8Bytes = 80 * 2 * 34; // 70 rows padded to 80, two blocks of 32 columns
  EXPECT_EQ(q4.bytes(), q4Bytes);
  EXPECT_EQ(q8.bytes(), q8Bytes);
  EXPECT_TRUE(q4.isIn(0) && !q4.isIn(1) && !q8.isIn(0) && q8.isIn(1) && norm.isIn(0) && norm.isIn(1));
  EXPECT_EQ(layout.copies(q4), 1);
  EXPECT_EQ(layout.copies(norm), 2);
  // What all blocks have comes first, in each of them at the same place.
  EXPECT_EQ(layout.blockStart(0), layout.blocksOffset);
  EXPECT_EQ(layout.offsetOf(q4, q4.values(), 0), layout.blockStart(0) + layout.blockStride);
  EXPECT_EQ(layout.blockBytes(0), layout.blockStride + q4Bytes);
  EXPECT_EQ(layout.blockStart(1), layout.blockStart(0) + layout.blockBytes(0));
  EXPECT_EQ(layout.offsetOf(norm, norm.values(), 1), layout.blockStart(1));
  EXPECT_EQ(layout.offsetOf(q8, q8.values(), 1), layout.blockStart(1) + layout.blockStride);
  EXPECT_EQ(layout.blockBytes(1), layout.blockStride + q8Bytes);
  EXPECT_EQ(layout.blocksBytes, layout.blockBytes(0) + layout.blockBytes(1));
  EXPECT_EQ(layout.field("output_norm")->values().offset, layout.blocksOffset + layout.blocksBytes);
}

TEST(LayoutTest, TheHashKnowsWhichBlockHasWhat) {
  ModelPlan plan = unlikePlan();
  const uint64_t hash = layOutWeights(plan).layoutHash;
  for (WeightPlan &weight : plan.weights)
    if (weight.name.starts_with("down_"))
      std::swap(weight.sources[0], weight.sources[1]);
  EXPECT_NE(layOutWeights(plan).layoutHash, hash);
}

TEST(LayoutTest, RowBlocksOfStackedParts) {
  const WeightsLayout layout = layOutWeights(smallPlan());
  const FieldLayout &qkv = *layout.field("qkv"), &embedding = *layout.field("embedding");
  const auto expect = [](RowBlock block, int64_t part, int64_t firstRow, int64_t rows) {
    EXPECT_EQ(block.part, part);
    EXPECT_EQ(block.firstRow, firstRow);
    EXPECT_EQ(block.rows, rows);
  };
  expect(rowBlock(qkv, 0), 0, 0, 16);
  expect(rowBlock(qkv, 1), 1, 0, 8);
  expect(rowBlock(qkv, 2), 2, 0, 8);
  expect(rowBlock(embedding, 3), 0, 48, 2);
}

TEST(LayoutTest, RowBlocksOfAlternatingParts) {
  const WeightsLayout layout = layOutWeights(smallPlan());
  const FieldLayout &field = *layout.field("gate_up");
  for (int64_t index = 0; index < 6; ++index) {
    const RowBlock block = rowBlock(field, index);
    EXPECT_EQ(block.part, index % 2);
    EXPECT_EQ(block.firstRow, index / 2 * 16);
    EXPECT_EQ(block.rows, index < 4 ? 16 : 8);
  }
}

TEST(LayoutTest, TheHashChangesWithWhateverMovesOrRenames) {
  const uint64_t hash = layOutWeights(smallPlan()).layoutHash;
  EXPECT_EQ(hash, layOutWeights(smallPlan()).layoutHash);

  ModelPlan renamed = smallPlan(), stacked = smallPlan(), longer = smallPlan(), narrower = smallPlan();
  renamed.weights[1].name = "attention_norm";
  stacked.weights[3].arrangement = Arrangement::Stacked;
  longer.sizes.context = 200;
  narrower.weights[5].columns = 69; // the same bytes after padding
  ModelPlan otherwise = smallPlan();
  otherwise.weights[4].format = &formats::kMatrixF16;
  for (const ModelPlan &other : {renamed, stacked, longer, narrower, otherwise})
    EXPECT_NE(hash, layOutWeights(other).layoutHash);
  EXPECT_NE(hash, layOutWeights(smallPlan(), {{"tokenizer", 100}}).layoutHash);
}

TEST(LayoutTest, AFieldHasTheArraysOfItsFormat) {
  const WeightsLayout layout = layOutWeights(smallPlan());
  EXPECT_EQ(layout.field("embedding")->arrays.size(), 3u);
  EXPECT_EQ(layout.field("embedding")->bytes(), 64 * (128 + 4 + 4));
  EXPECT_EQ(layout.field("down")->arrays.size(), 1u);
  EXPECT_THROW(layout.field("down")->array("scale"), std::logic_error);
}

TEST(LayoutTest, RefusesWhatNoFileCanHold) {
  ModelPlan huge = smallPlan();
  huge.weights[4].columns = std::numeric_limits<int64_t>::max() / 64;
  EXPECT_THROW(layOutWeights(huge), std::invalid_argument);

  ModelPlan manyBlocks = smallPlan();
  manyBlocks.sizes.blocks = std::numeric_limits<int64_t>::max() / 1024;
  EXPECT_THROW(layOutWeights(manyBlocks), std::invalid_argument);

  ModelPlan negative = smallPlan();
  negative.weights[4].columns = -1;
  EXPECT_THROW(layOutWeights(negative), std::invalid_argument);

  ModelPlan uneven = smallPlan();
  uneven.weights[3].partRows = {40, 24};
  EXPECT_THROW(layOutWeights(uneven), std::invalid_argument);
}

} // namespace
