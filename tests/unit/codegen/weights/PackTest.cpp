//===- PackTest.cpp -------------------------------------------------------===//
//
// The file of a small plan, byte for byte: a second, slow packer asks for each byte of the content which weight it
// stands for.
//
//===----------------------------------------------------------------------===//

#include "codegen/weights/Pack.h"
#include "codegen/formats/Half.h"
#include "codegen/formats/QuantizeRow.h"
#include "codegen/weights/OutputFile.h"
#include "codegen/weights/RopeTables.h"
#include "runtime/content_hash.h"
#include "tests/unit/codegen/weights/SmallPlan.h"
#include "tests/unit/support/TemporaryFolder.h"

#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <random>

using namespace weebill::formats;
using namespace weebill::plan;
using namespace weebill::tests;
using namespace weebill::weights;

namespace {

/// Rows of a tensor that depend on its name and the row only.
void readRows(const std::string &tensor, int64_t columns, int64_t first, int64_t count, float *out) {
  for (int64_t row = first; row < first + count; ++row) {
    std::mt19937 random(unsigned(std::hash<std::string>{}(tensor + std::to_string(row))));
    std::normal_distribution<float> weight(0, 0.1f);
    for (int64_t column = 0; column < columns; ++column)
      *out++ = row % 16 == 5 ? 0 : weight(random); // with some rows of zeros
  }
}

int64_t columnsOf(const ModelPlan &plan, const std::string &tensor) {
  for (const WeightPlan &weight : plan.weights)
    for (const auto &parts : weight.sources)
      for (const std::string &part : parts)
        if (part == tensor)
          return weight.columns;
  throw std::invalid_argument("no tensor " + tensor);
}

WeightSources sourcesOf(const ModelPlan &plan) {
  WeightSources sources;
  sources.readRows = [plan](const std::string &tensor, int64_t first, int64_t count, float *out) {
    readRows(tensor, columnsOf(plan, tensor), first, count, out);
  };
  sources.sections["tokenizer"] = std::vector<uint8_t>(100, 0xab);
  return sources;
}

std::string pack(const ModelPlan &plan, WeightsLayout &layout, const WeightSources &sources) {
  TemporaryFolder folder;
  OutputFile file(folder.path() / "weights");
  packWeights(plan, layout, sources, file);
  file.commit();
  return folder.read("weights");
}

template <class T> T at(const std::string &bytes, int64_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

/// Checks one row of a field and clears its bytes in `left`, so that what remains must be padding.
class RowCheck {
public:
  RowCheck(const std::string &content, std::string &left) : content(content), left(left) {}

  template <class T> void expect(int64_t offset, T expected, const std::string &where) {
    EXPECT_EQ(at<T>(content, offset), expected) << where;
    std::memset(left.data() + offset, 0, sizeof expected);
  }

private:
  const std::string &content;
  std::string &left;
};

void expectEveryByteInItsPlace(const ModelPlan &plan) {
  WeightsLayout layout = layOutWeights(plan, {{"tokenizer", 100}});
  const std::string file = pack(plan, layout, sourcesOf(plan));
  ASSERT_EQ(int64_t(file.size()), layout.fileBytes);
  const std::string content = file.substr(64);
  std::string left = content;
  RowCheck check(content, left);

  for (size_t index = 0; index < plan.weights.size(); ++index) {
    const WeightPlan &weight = plan.weights[index];
    const FieldLayout &field = layout.fields[index];
    for (size_t copy = 0; copy < weight.sources.size(); ++copy) {
      const int64_t values = layout.offsetOf(field, field.values(), copy);
      int64_t stackedBlocks = 0;
      for (size_t part = 0; part < weight.partRows.size(); ++part) {
        for (int64_t row = 0; row < weight.partRows[part]; ++row) {
          std::vector<float> expected(weight.columns);
          readRows(weight.sources[copy][part], weight.columns, row, 1, expected.data());
          const bool alternating = weight.arrangement == Arrangement::AlternatingBlocks;
          const int64_t block = alternating ? row / 16 * 2 + part : stackedBlocks + row / 16;
          const int64_t stored = block * 16 + row % 16;
          const std::string where = field.name + ", part " + std::to_string(part) + ", row " + std::to_string(row);

          std::vector<int8_t> quantized(weight.columns);
          const QuantizedRow scaleAndSum = quantizeRow(expected, quantized);
          for (int64_t k = 0; k < weight.columns; ++k) {
            if (field.format == &kVector)
              check.expect(values + 4 * k, expected[k], where);
            else if (field.format == &kMatrixF32)
              check.expect(values + 4 * (block * 16 * field.columns + k * 16 + row % 16), expected[k], where);
            else if (field.format == &kMatrixF16)
              check.expect(values + 2 * (block * 16 * field.columns + k * 16 + row % 16), toHalf(expected[k]), where);
            else
              check.expect(values + block * 16 * field.columns + k / 4 * 64 + row % 16 * 4 + k % 4, quantized[k],
                           where);
          }
          if (field.format == &kMatrixInt8) {
            check.expect(layout.offsetOf(field, field.array("scale"), copy) + 4 * stored, scaleAndSum.scale, where);
            check.expect(layout.offsetOf(field, field.array("row_sum"), copy) + 4 * stored, scaleAndSum.rowSum, where);
          }
        }
        stackedBlocks += (weight.partRows[part] + 15) / 16;
      }
    }
  }
  const RopeTables rope = makeRopeTables(128, 8, {10000});
  for (size_t i = 0; i < rope.cosine.size(); ++i) {
    check.expect(layout.section("rope_cosine")->array.offset + int64_t(4 * i), rope.cosine[i], "cosine");
    check.expect(layout.section("rope_sine")->array.offset + int64_t(4 * i), rope.sine[i], "sine");
  }
  for (int64_t i = 0; i < 100; ++i)
    check.expect(layout.section("tokenizer")->array.offset + i, uint8_t(0xab), "tokenizer");
  EXPECT_EQ(left.find_first_not_of('\0'), std::string::npos) << "padding is not zero";
}

TEST(PackTest, EveryByteIsWhereTheLayoutSays) { expectEveryByteInItsPlace(smallPlan()); }

TEST(PackTest, EveryByteOfFloat16IsWhereTheLayoutSays) {
  ModelPlan plan = smallPlan();
  for (WeightPlan &weight : plan.weights)
    if (weight.format != &kVector)
      weight.format = &kMatrixF16;
  expectEveryByteInItsPlace(plan);
}

TEST(PackTest, ANumberThatFloat16CannotHoldIsRefused) {
  ModelPlan plan = smallPlan();
  plan.weights[4].format = &kMatrixF16; // down
  WeightSources sources = sourcesOf(plan);
  const auto read = sources.readRows;
  for (float value : {65520.0f, -1e6f, INFINITY, NAN}) {
    sources.readRows = [&](const std::string &tensor, int64_t first, int64_t count, float *out) {
      read(tensor, first, count, out);
      if (tensor == "1.down" && first <= 33 && 33 < first + count)
        out[(33 - first) * 40 + 7] = value;
    };
    WeightsLayout layout = layOutWeights(plan, {{"tokenizer", 100}});
    try {
      pack(plan, layout, sources);
      ADD_FAILURE() << value << " was packed";
    } catch (const std::invalid_argument &error) {
      const std::string text = error.what();
      EXPECT_TRUE(text.starts_with("tensor '1.down' has ")) << text;
      EXPECT_NE(text.find(" in row 33, which float16 cannot hold: it ends at 65504"), std::string::npos) << text;
    }
  }
}

TEST(PackTest, TheHeaderDescribesTheContent) {
  const ModelPlan plan = smallPlan();
  WeightsLayout layout = layOutWeights(plan, {{"tokenizer", 100}});
  const std::string file = pack(plan, layout, sourcesOf(plan));
  EXPECT_EQ(file.substr(0, 8), std::string("WEEBILL\0", 8));
  EXPECT_EQ(at<uint32_t>(file, 8), 1u);
  EXPECT_EQ(at<uint32_t>(file, 12), 64u);
  EXPECT_EQ(at<uint64_t>(file, 16), layout.layoutHash);
  EXPECT_EQ(at<uint64_t>(file, 24), layout.contentHash);
  EXPECT_EQ(at<uint64_t>(file, 32), file.size());
  EXPECT_EQ(file.substr(40, 24), std::string(24, '\0'));
  EXPECT_EQ(content_hash(reinterpret_cast<const u8 *>(file.data()) + 64, file.size() - 64), layout.contentHash);
}

TEST(PackTest, TheOpeningIsBehindTheContentAndNoPartOfIt) {
  const ModelPlan plan = smallPlan();
  WeightsLayout plain = layOutWeights(plan, {{"tokenizer", 100}}), layout = plain;
  const std::string without = pack(plan, plain, sourcesOf(plan));
  layOutOpening(layout, 192);
  WeightSources sources = sourcesOf(plan);
  uint64_t told = 0;
  sources.opening = [&](uint64_t hash) {
    told = hash;
    return std::vector<uint8_t>(192, 0x5a);
  };
  const std::string with = pack(plan, layout, sources);
  EXPECT_EQ(told, plain.contentHash);
  EXPECT_EQ(layout.contentHash, plain.contentHash);
  EXPECT_EQ(layout.layoutHash, plain.layoutHash);
  EXPECT_EQ(with.substr(64), without.substr(64) + std::string(192, 0x5a));
  EXPECT_EQ(at<uint64_t>(with, 32), with.size());
  EXPECT_EQ(at<uint64_t>(with, 40), without.size());
  EXPECT_EQ(at<uint64_t>(with, 48), 192u);
  EXPECT_EQ(with.substr(0, 32), without.substr(0, 32));
  EXPECT_EQ(without.substr(40, 24), std::string(24, '\0'));
  sources.opening = [](uint64_t) { return std::vector<uint8_t>(128); };
  EXPECT_THROW(pack(plan, layout, sources), std::logic_error);
}

TEST(PackTest, ManyPiecesGiveTheSameBytesEveryTime) {
  ModelPlan plan = smallPlan();
  plan.weights[0].partRows = {4099}; // 4112 x 128 is stored in several pieces
  plan.weights[0].columns = 200;
  WeightsLayout first = layOutWeights(plan, {{"tokenizer", 100}}), second = first;
  int64_t told = 0, calls = 0;
  WeightSources sources = sourcesOf(plan);
  sources.progress = [&](int64_t done, int64_t all) {
    EXPECT_GT(done, told);
    EXPECT_EQ(all, first.contentBytes);
    told = done;
    ++calls;
  };
  const std::string one = pack(plan, first, sources);
  EXPECT_EQ(told, first.contentBytes);
  EXPECT_GT(calls, 10);
  sources.progress = {};
  EXPECT_EQ(one, pack(plan, second, sources));
  EXPECT_EQ(first.contentHash, second.contentHash);

  // The last row of the last piece is where it belongs.
  std::vector<float> row(200);
  std::vector<int8_t> quantized(200);
  readRows("embedding", 200, 4098, 1, row.data());
  quantizeRow(row, quantized);
  const int64_t block = 64 + first.field("embedding")->values().offset + 4098 / 16 * 16 * 256;
  EXPECT_EQ(at<int8_t>(one, block + 199 / 4 * 64 + 4098 % 16 * 4 + 3), quantized[199]);
}

TEST(PackTest, ErrorsOfTheReaderComeOutAndNothingIsLeft) {
  const ModelPlan plan = smallPlan();
  TemporaryFolder folder;
  for (const char *bad : {"0.norm", "1.up", "embedding"}) {
    WeightsLayout layout = layOutWeights(plan, {{"tokenizer", 100}});
    WeightSources sources = sourcesOf(plan);
    sources.readRows = [&, good = sources.readRows](const std::string &tensor, int64_t first, int64_t count,
                                                    float *out) {
      if (tensor == bad)
        throw std::runtime_error("NaN in " + tensor);
      good(tensor, first, count, out);
    };
    EXPECT_THROW(
        {
          OutputFile file(folder.path() / "weights");
          packWeights(plan, layout, sources, file);
        },
        std::runtime_error);
    EXPECT_EQ(folder.count(), 0);
  }
}

TEST(PackTest, SectionsMustBeAsLongAsTheirPlace) {
  const ModelPlan plan = smallPlan();
  WeightsLayout layout = layOutWeights(plan, {{"tokenizer", 100}});
  WeightSources sources = sourcesOf(plan);
  sources.sections["tokenizer"].pop_back();
  EXPECT_THROW(pack(plan, layout, sources), std::invalid_argument);
  sources.sections.clear();
  EXPECT_THROW(pack(plan, layout, sources), std::invalid_argument);
}

} // namespace
