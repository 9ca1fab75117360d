//===- CompactTensorsTest.cpp ---------------------------------------------===//
//
// Which tensors get smaller, and that rows and blocks of them are the same numbers, wherever one begins to read.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/CompactTensors.h"

#include "compiler/quantize/CompactRows.h"
#include "tests/unit/compiler/quantize/RoleSource.h"

#include <gtest/gtest.h>

using namespace weebill;
using namespace weebill::quantize;

namespace {

/// Two blocks of Q4_1, but for values of Q8_0, and an embedding of floats.
importer::ImportedModel storedModel() {
  importer::ImportedModel model;
  model.source = std::make_shared<tests::RoleSource>(tests::twoBlocks());
  Formats formats;
  for (const importer::TensorInfo &tensor : model.source->tensors())
    if (isQuantized(tensor) && tensor.block >= 0)
      formats[tensor.name] = findGroupFormat(*tensor.role == families::Role::Value ? "q8_0" : "q4_1");
  return quantizedModel(model, formats);
}

TEST(CompactTensorsTest, MatricesOfQ4_1AndTheEndsGetSmaller) {
  const importer::ImportedModel stored = storedModel(), made = compactModel(stored, nullptr);
  for (const auto &[name, type] : {std::pair("token_embd.weight", "Q6_C"), std::pair("blk.0.attn_q.weight", "Q4_C"),
                                   std::pair("blk.1.ffn_down.weight", "Q4_C"), std::pair("blk.1.attn_v.weight", "Q8_0"),
                                   std::pair("blk.0.attn_norm.weight", "F32")})
    EXPECT_EQ(made.source->find(name)->type, type) << name;
  const CompactSizes sizes = compactSizes(*stored.source);
  EXPECT_EQ(sizes.matrices, 13);
  EXPECT_EQ(sizes.before, 12 * 64 * 64 * 5 / 8 + 64 * 64 * 4);
  EXPECT_EQ(sizes.after, 12 * 64 * (4 + 2 * 18) + 64 * (2 + 2 * 25));
}

TEST(CompactTensorsTest, RowsAndBlocksAreTheSameNumbers) {
  const importer::ImportedModel made = compactModel(storedModel(), nullptr);
  for (const auto &[name, form] : {std::pair("token_embd.weight", &kQ6_C), std::pair("blk.1.ffn_up.weight", &kQ4_C)}) {
    std::vector<uint8_t> blocks(size_t(3 * form->rowBytes(64)));
    std::vector<float> rows(3 * 64), read(64);
    made.source->readBlocks(name, form->type, 17, 3, blocks.data());
    made.source->readRows(name, 17, 3, rows.data());
    for (int64_t row = 0; row < 3; ++row) {
      form->dequantizeRow(blocks.data() + row * form->rowBytes(64), 64, read.data());
      EXPECT_TRUE(std::equal(read.begin(), read.end(), rows.begin() + row * 64)) << name << ", row " << row;
    }
    EXPECT_THROW(made.source->readBlocks(name, form->type, 62, 3, blocks.data()), importer::InputError);
    EXPECT_THROW(made.source->readBlocks(name, "Q4_1", 0, 1, blocks.data()), importer::InputError);
  }
}

TEST(CompactTensorsTest, FoundBlocksOfTheHeadGoBefore) {
  const importer::ImportedModel stored = storedModel();
  auto found = std::make_shared<FoundBlocks>();
  const GroupFormat &format = *formatsOfEnds(*stored.source).at("token_embd.weight");
  (*found)["token_embd.weight"].assign(size_t(64 * 2 * format.bytes()), uint8_t(0x11));
  std::vector<uint8_t> row(size_t(kQ6_C.rowBytes(64)));
  compactModel(stored, found).source->readBlocks("token_embd.weight", "Q6_C", 5, 1, row.data());
  EXPECT_EQ(row[2 + 1], 0x11);
  EXPECT_EQ(row[2 + 25 + 24], 0x11);
}

} // namespace
