//===- QuantizedTensorsTest.cpp -------------------------------------------===//
//
// Named matrices are blocks and all else is what it was; what a calibration found goes before what rounding makes.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/QuantizedTensors.h"

#include "tests/unit/compiler/quantize/RoleSource.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace weebill;
using namespace weebill::quantize;
using tests::RoleSource;

namespace {

class QuantizedTensorsTest : public testing::Test {
protected:
  QuantizedTensorsTest() {
    source->add("blk.0.ffn_down.weight", families::Role::Down, 0, 4, 64);
    source->add("blk.1.ffn_down.weight", families::Role::Down, 1, 4, 64);
    source->add("output_norm.weight", families::Role::OutputNorm, -1, 1, 64);
    model.source = source;
  }

  std::vector<float> rows(const importer::TensorSource &tensors, const std::string &name, int64_t first,
                          int64_t count) {
    std::vector<float> out(size_t(count * 64));
    tensors.readRows(name, first, count, out.data());
    return out;
  }

  std::shared_ptr<RoleSource> source = std::make_shared<RoleSource>();
  importer::ImportedModel model;
  const GroupFormat &format = *findGroupFormat("q5_0");
};

TEST_F(QuantizedTensorsTest, NamedMatricesBecomeBlocks) {
  const importer::ImportedModel made = quantizedModel(model, {{"blk.0.ffn_down.weight", &format}});
  EXPECT_EQ(made.source->find("blk.0.ffn_down.weight")->type, "Q5_0");
  EXPECT_EQ(made.source->find("blk.1.ffn_down.weight")->type, "F32");
  EXPECT_EQ(rows(*made.source, "blk.1.ffn_down.weight", 0, 4), rows(*source, "blk.1.ffn_down.weight", 0, 4));
  EXPECT_EQ(rows(*made.source, "output_norm.weight", 0, 1), rows(*source, "output_norm.weight", 0, 1));

  std::vector<uint8_t> blocks(size_t(2 * 2 * format.bytes()));
  std::vector<float> read(2 * 64), exact = rows(*source, "blk.0.ffn_down.weight", 1, 2);
  made.source->readBlocks("blk.0.ffn_down.weight", "Q5_0", 1, 2, blocks.data());
  blocksToRows(format, blocks.data(), 2, 64, read.data());
  EXPECT_EQ(rows(*made.source, "blk.0.ffn_down.weight", 1, 2), read);
  for (size_t i = 0; i < read.size(); ++i)
    EXPECT_NEAR(read[i], exact[i], 0.12) << i; // half of a step of 3.5 / 16
}

TEST_F(QuantizedTensorsTest, FoundBlocksGoBefore) {
  auto found = std::make_shared<FoundBlocks>();
  (*found)["blk.0.ffn_down.weight"].assign(size_t(4 * 2 * format.bytes()), uint8_t(0x11));
  const importer::ImportedModel made =
      quantizedModel(model, {{"blk.0.ffn_down.weight", &format}, {"blk.1.ffn_down.weight", &format}}, std::move(found));
  std::vector<uint8_t> blocks(size_t(2 * format.bytes()));
  made.source->readBlocks("blk.0.ffn_down.weight", "Q5_0", 3, 1, blocks.data());
  EXPECT_EQ(blocks, std::vector<uint8_t>(blocks.size(), 0x11));
  made.source->readBlocks("blk.1.ffn_down.weight", "Q5_0", 3, 1, blocks.data());
  EXPECT_NE(blocks, std::vector<uint8_t>(blocks.size(), 0x11));
}

TEST_F(QuantizedTensorsTest, WhatCannotBeIsRefused) {
  source->add("narrow", families::Role::Up, 0, 4, 48);
  try {
    quantizedModel(model, {{"narrow", &format}});
    FAIL();
  } catch (const importer::InputError &error) {
    EXPECT_STREQ(error.what(),
                 "tensor 'narrow' has rows of 48 columns, which are no whole groups of 32: use --weights int8");
  }
  const importer::ImportedModel made = quantizedModel(model, {{"blk.0.ffn_down.weight", &format}});
  uint8_t blocks[256];
  EXPECT_THROW(made.source->readBlocks("blk.0.ffn_down.weight", "Q4_0", 0, 1, blocks), importer::InputError);
  EXPECT_THROW(made.source->readBlocks("blk.0.ffn_down.weight", "Q5_0", 3, 2, blocks), importer::InputError);
}

} // namespace
