// Matrices of codes: each layout by hand, the same numbers in all; parts that do not fit; blocks.

#include "compiler/import/huggingface/PackedMatrix.h"

#include "HuggingFaceFolder.h"
#include "compiler/import/ImportedModel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

const std::string kModule = "model.layers.0.self_attn.q_proj";

SmallFolder packed(const std::string &layout) {
  SmallFolder folder;
  folder.packQueries(layout);
  return folder;
}

class PackedMatrixTest : public testing::TestWithParam<const char *> {};

TEST_P(PackedMatrixTest, NumbersByHand) {
  const TemporaryFolder folder;
  packed(GetParam()).write(folder);
  const importer::ImportedModel model = importer::importModel(folder.path().string());
  std::vector<float> rows(64), row(8);
  model.source->readRows("blk.0.attn_q.weight", 0, 8, rows.data());
  for (int n = 0; n < 8; ++n)
    for (int k = 0; k < 8; ++k)
      EXPECT_EQ(rows[size_t(8 * n + k)], 0.5f * float((n + k) % 16 - 8)) << n << ", " << k;
  model.source->readRows("blk.0.attn_q.weight", 5, 1, row.data());
  EXPECT_EQ(row, std::vector(rows.begin() + 40, rows.begin() + 48));
  // Rows of 8 columns are no blocks of 32.
  EXPECT_THROW(model.source->readBlocks("blk.0.attn_q.weight", "Q4_0", 0, 1, nullptr), importer::InputError);
}

TEST_P(PackedMatrixTest, EveryPartIsNeeded) {
  const SmallFolder right = packed(GetParam());
  ASSERT_EQ(right.importError(), "");
  for (const auto &[name, part] : right.parts) {
    if (name.ends_with(".g_idx"))
      continue; // without it the groups are in order
    SmallFolder less = right;
    less.parts.erase(name);
    EXPECT_EQ(less.importError() == "", name.ends_with("_zero_point")) << name; // without it the codes are symmetric
    SmallFolder longer = right;
    longer.parts[name].shape.back() *= 2;
    longer.parts[name].bytes += part.bytes;
    EXPECT_NE(longer.importError(), "") << name;
    SmallFolder other = right; // of another type with as many bytes
    other.parts[name].type = "F32";
    other.parts[name].shape = {part.bytes.size() / 4};
    EXPECT_NE(other.importError(), "") << name;
  }
}

TEST_P(PackedMatrixTest, NotBesideTheMatrixItself) {
  SmallFolder twice = packed(GetParam());
  if (twice.parts.contains(kModule + ".weight"))
    return; // under the same name
  twice.shapes[kModule + ".weight"] = {8, 8};
  EXPECT_THAT(twice.importError(), testing::HasSubstr("is there beside its own codes"));
}

INSTANTIATE_TEST_SUITE_P(Layouts, PackedMatrixTest,
                         testing::Values("gptq", "awq", "mlx", "pack-quantized", "int-quantized", "torchao",
                                         "paretoq"));

TEST(PackedMatricesTest, Sentences) {
  const auto complaint = [](const char *layout, const auto &change) {
    SmallFolder folder = packed(layout);
    change(folder);
    return folder.importError();
  };
  EXPECT_THAT(complaint("gptq", [](SmallFolder &f) { f.parts.erase(kModule + ".scales"); }),
              testing::HasSubstr("q_proj.qweight': has no '.scales' beside it"));
  EXPECT_THAT(complaint("gptq", [](SmallFolder &f) { f.parts[kModule + ".g_idx"].bytes[4] = 1; }),
              testing::HasSubstr("q_proj.g_idx': column 1 is of group 1, there are 1"));
  EXPECT_THAT(complaint("pack-quantized", [](SmallFolder &f) { f.parts[kModule + ".weight_shape"].bytes[8] = 9; }),
              testing::HasSubstr("says 8 x 9, but the codes are 8 x 1 words of 8"));
  EXPECT_THAT(complaint("awq",
                        [](SmallFolder &f) {
                          for (char &byte : f.parts[kModule + ".scales"].bytes)
                            byte = 0x7c; // 0x7c7c: not a number
                        }),
              testing::HasSubstr("row 0, column 0 is "));
  EXPECT_THAT(complaint("paretoq", [](SmallFolder &f) { f.config["w_bits"] = 8; }),
              testing::HasSubstr("'w_bits': is '8', read are 0 to 4 (ParetoQ's) and 16 or more"));
  EXPECT_THAT(complaint("paretoq",
                        [](SmallFolder &f) {
                          for (char &byte : f.parts[kModule + ".weight_clip_val"].bytes)
                            byte = 0x7e; // not a number
                        }),
              testing::HasSubstr("has a number or a scale that is none"));
  EXPECT_THAT(complaint("gptq", [](SmallFolder &f) { f.config["quantization_config"]["quant_method"] = "torchao"; }),
              testing::HasSubstr("no tensor of the checkpoint is called '*._weight_qdata'"));
  EXPECT_THAT(complaint("torchao",
                        [](SmallFolder &f) { // as Int4Tensor: two codes in a byte, scales of columns
                          f.parts[kModule + "._weight_qdata"] = {"I8", {8, 4}, std::string(32, '\0')};
                          f.parts[kModule + "._weight_scale"].shape = {1, 8};
                        }),
              testing::HasSubstr("is 8 x 4 with scales of 1 x 8, which is none of torchao's Int8Tensor and"));
  EXPECT_THAT(complaint("torchao",
                        [](SmallFolder &f) {
                          f.parts[kModule + "._weight_act_pre_scale"] = {"F16", {8}, std::string(16, '\0')};
                        }),
              testing::HasSubstr("changes what the matrix multiplies"));
  EXPECT_THAT(
      complaint("int-quantized", [](SmallFolder &f) { f.config.erase("quantization_config"); }),
      testing::HasSubstr("is of type I8, which is codes, and 'quantization_config' of config.json does not say"));
}

/// A matrix of codes without a file: two groups of 32 columns.
class TestMatrix final : public huggingface::PackedMatrix {
public:
  TestMatrix(int64_t bits, huggingface::GroupNumbers first, huggingface::GroupNumbers second, bool symmetric)
      : PackedMatrix("file: tensor 'x'", 1, 64, bits, 32), numbers{first, second} {
    chooseType(symmetric, true, other);
  }
  gguf::TensorType other = {~0u, "other", 1, 1, nullptr};

private:
  void readCodes(int64_t, std::span<uint8_t> codes) const override {
    for (size_t i = 0; i < codes.size(); ++i)
      codes[i] = uint8_t((3 * i) % (1u << bits));
  }
  huggingface::GroupNumbers numbersOf(int64_t, int64_t i) const override { return numbers[i]; }

  huggingface::GroupNumbers numbers[2];
};

TEST(PackedMatricesTest, LevelsOfParetoQ) {
  // What 0.5 times a code, and an eighth, become with a scale of a half, whose codes are -8 to 7.
  const auto levels = [](int bits) {
    SmallFolder folder = packed("paretoq");
    folder.config["w_bits"] = bits;
    const TemporaryFolder place;
    folder.write(place);
    std::vector<float> row(8);
    importer::importModel(place.path().string()).source->readRows("blk.0.attn_q.weight", 5, 1, row.data());
    return row; // of -1.375, -0.875, -0.375, 0.125, 0.625, 1.125, 1.625, 2.125
  };
  const float third = 0.5f / 1.5f;
  EXPECT_EQ(levels(0), (std::vector<float>{-third, -third, -third, 0, third, third, third, third}));
  EXPECT_EQ(levels(1), (std::vector<float>{-0.5f, -0.5f, -0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f}));
  EXPECT_EQ(levels(2), (std::vector<float>{-0.375f, -0.375f, -0.375f, 0.125f, 0.375f, 0.375f, 0.375f, 0.375f}));
  EXPECT_EQ(levels(3), (std::vector<float>{-1.5f, -1, -0.5f, 0, 0.5f, 1, 1.5f, 1.5f}));
  EXPECT_EQ(levels(4), (std::vector<float>{-1.5f, -1, -0.5f, 0, 0.5f, 1, 1.5f, 2}));
}

TEST(PackedMatricesTest, BlocksHaveTheNumbers) {
  const huggingface::GroupNumbers halves[2] = {{0.25f, 8, 0}, {2, 8, 0}}, zeros[2] = {{0.25f, 3, 0}, {2, 0, -7}},
                                  bytes[2] = {{0.25f, 128, 0}, {2, 128, 0}};
  const auto check = [](const TestMatrix &matrix, const char *type) {
    ASSERT_STREQ(matrix.type()->name, type);
    std::vector<float> row(64), found(64);
    matrix.readRow(0, row.data());
    std::vector<uint8_t> blocks(size_t(2 * matrix.type()->blockBytes));
    matrix.readBlocks(0, blocks.data());
    for (int i = 0; i < 2; ++i)
      matrix.type()->dequantizeBlock(reinterpret_cast<const char *>(blocks.data()) + i * matrix.type()->blockBytes,
                                     found.data() + 32 * i);
    EXPECT_EQ(found, row); // all of these numbers are those of float16
  };
  check(TestMatrix(4, halves[0], halves[1], true), "Q4_0");
  check(TestMatrix(4, zeros[0], zeros[1], false), "Q4_1");
  check(TestMatrix(8, bytes[0], bytes[1], true), "Q8_0");
  EXPECT_STREQ(TestMatrix(8, zeros[0], zeros[1], false).type()->name, "other");
  EXPECT_STREQ(TestMatrix(2, zeros[0], zeros[1], true).type()->name, "other");
  try {
    std::vector<uint8_t> blocks(40);
    TestMatrix(4, {70000, 3, 0}, {1, 0, 0}, false).readBlocks(0, blocks.data());
    ADD_FAILURE();
  } catch (const importer::InputError &error) {
    EXPECT_THAT(error.what(), testing::StartsWith("file: tensor 'x': row 0 has the scale 70000"));
  }
}

} // namespace
} // namespace weebill::tests
