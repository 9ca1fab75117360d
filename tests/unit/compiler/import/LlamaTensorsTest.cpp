// Rows of tensors: the order of Hugging Face checkpoints, any range, and no value that is not a number.

#include "GgufBuilder.h"

#include "compiler/import/ImportedModel.h"

#include <cstring>
#include <gtest/gtest.h>
#include <limits>

namespace weebill::tests {
namespace {

std::vector<float> readRows(const importer::ImportedModel &model, const std::string &name, int64_t first,
                            int64_t count) {
  std::vector<float> rows(size_t(count * model.source->find(name)->columns));
  model.source->readRows(name, first, count, rows.data());
  return rows;
}

std::vector<float> stored(GgufBuilder &builder, const std::string &name) {
  const std::string &data = builder.tensor(name).data;
  std::vector<float> values(data.size() / sizeof(float));
  std::memcpy(values.data(), data.data(), data.size());
  return values;
}

TEST(LlamaTensorsTest, ListsWhatTheFileHas) {
  const ScratchFile scratch(smallLlama().bytes());
  const importer::ImportedModel model = importer::importModel(scratch.path);
  EXPECT_EQ(model.source->tensors().size(), 11u);
  const importer::TensorInfo *tensor = model.source->find("blk.0.ffn_down.weight");
  ASSERT_NE(tensor, nullptr);
  EXPECT_EQ(tensor->type, "F32");
  EXPECT_EQ(tensor->rows, 8);
  EXPECT_EQ(tensor->columns, 12);
  EXPECT_EQ(model.source->find("output_norm.weight")->rows, 1);
  EXPECT_EQ(model.source->find("output.weight"), nullptr);
}

TEST(LlamaTensorsTest, QueryAndKeyRowsAreInCheckpointOrder) {
  GgufBuilder builder = smallLlama();
  const ScratchFile scratch(builder.bytes());
  const importer::ImportedModel model = importer::importModel(scratch.path);
  // Head size 4: the file has the rows 0 2 1 3 of each head.
  const std::vector<size_t> order = {0, 2, 1, 3, 4, 6, 5, 7};
  for (const std::string name : {"blk.0.attn_q.weight", "blk.0.attn_k.weight"}) {
    const std::vector<float> file = stored(builder, name);
    const int64_t rows = model.source->find(name)->rows;
    for (int64_t first = 0; first < rows; ++first) {
      for (int64_t count = 0; count <= rows - first; ++count) {
        const std::vector<float> read = readRows(model, name, first, count);
        for (int64_t row = 0; row < count; ++row)
          for (size_t column = 0; column < 8; ++column)
            ASSERT_EQ(read[size_t(row) * 8 + column], file[order[size_t(first + row)] * 8 + column])
                << name << ", row " << first + row;
      }
    }
  }
  EXPECT_EQ(readRows(model, "blk.0.attn_v.weight", 0, 4), stored(builder, "blk.0.attn_v.weight"));
  EXPECT_EQ(readRows(model, "output_norm.weight", 0, 1), stored(builder, "output_norm.weight"));
}

TEST(LlamaTensorsTest, RefusesWhatIsNotThere) {
  const ScratchFile scratch(smallLlama().bytes());
  const importer::ImportedModel model = importer::importModel(scratch.path);
  const auto error = [&](const std::string &name, int64_t first, int64_t count) -> std::string {
    float nothing;
    try {
      model.source->readRows(name, first, count, &nothing);
      return "";
    } catch (const importer::InputError &thrown) {
      return thrown.what();
    }
  };
  const std::string place = scratch.path + ": tensor 'output_norm.weight': ";
  EXPECT_EQ(error("output.weight", 0, 1), scratch.path + ": tensor 'output.weight': is missing");
  EXPECT_EQ(error("output_norm.weight", 1, 1), place + "1 row from row 1 are asked for, it has 1");
  EXPECT_EQ(error("output_norm.weight", -1, 1), place + "1 row from row -1 are asked for, it has 1");
  EXPECT_EQ(error("output_norm.weight", 0, -1), place + "-1 rows from row 0 are asked for, it has 1");
  EXPECT_EQ(error("output_norm.weight", INT64_MAX, INT64_MAX),
            place + "9223372036854775807 rows from row 9223372036854775807 are asked for, it has 1");
  EXPECT_EQ(error("output_norm.weight", 1, 0), "");
}

TEST(LlamaTensorsTest, RefusesNanAndInfinity) {
  GgufBuilder builder = smallLlama();
  std::string &data = builder.tensor("blk.0.ffn_up.weight").data;
  const std::string right = data;
  data.replace((3 * 8 + 5) * 4, 4, bytesOf(std::numeric_limits<float>::quiet_NaN()));
  EXPECT_EQ(importError(builder), "tensor 'blk.0.ffn_up.weight': row 3, column 5 as stored is NaN");
  data = right;
  data.replace(0, 4, bytesOf(-std::numeric_limits<float>::infinity()));
  EXPECT_EQ(importError(builder), "tensor 'blk.0.ffn_up.weight': row 0, column 0 as stored is infinite");
}

} // namespace
} // namespace weebill::tests
