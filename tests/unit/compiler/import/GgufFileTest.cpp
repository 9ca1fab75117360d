// Header and tensor directory: files of both versions are read, and each way to be wrong has its own sentence.

#include "GgufBuilder.h"

#include "compiler/import/gguf/GgufFile.h"

#include <filesystem>
#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

TEST(GgufFileTest, ReadsBothVersions) {
  for (uint32_t version : {2u, 3u}) {
    GgufBuilder builder = smallLlama();
    builder.version = version;
    const ScratchFile scratch(builder.bytes());
    const gguf::GgufFile file(scratch.path);
    EXPECT_EQ(file.tensors().size(), 11u);
    const gguf::GgufTensor *tensor = file.find("blk.0.ffn_down.weight");
    ASSERT_NE(tensor, nullptr);
    EXPECT_EQ(tensor->rows, 8);
    EXPECT_EQ(tensor->columns, 12);
    EXPECT_FALSE(tensor->isVector);
    EXPECT_EQ(tensor->bytes, builder.tensor("blk.0.ffn_down.weight").data);
    EXPECT_TRUE(file.find("output_norm.weight")->isVector);
    EXPECT_EQ(file.find("blk.1.ffn_down.weight"), nullptr);
  }
}

TEST(GgufFileTest, ReadsAnotherAlignment) {
  GgufBuilder builder = smallLlama();
  builder.setInteger("general.alignment", 8);
  builder.alignment = 8;
  EXPECT_EQ(importError(builder), "");
  builder.setInteger("general.alignment", 64); // what is aligned to 8 is not aligned to 64
  EXPECT_EQ(importError(builder), "tensor 'blk.0.attn_norm.weight': offset 352 is not a multiple of the alignment 64");
}

TEST(GgufFileTest, RefusesWhatIsNoGguf) {
  GgufBuilder builder = smallLlama();
  builder.magic = "GGML";
  EXPECT_EQ(importError(builder), "header: a GGUF file begins with 'GGUF', this one with 'GGML'");
  builder.magic = std::string("\x00\x01\x7f\xff", 4);
  EXPECT_EQ(importError(builder), "header: a GGUF file begins with 'GGUF', this one with '\\x00\\x01\\x7f\\xff'");
  EXPECT_EQ(importError(std::string("")), "is empty, 0 bytes");
  EXPECT_EQ(importError(std::string("GG")), "header: needs 4 bytes at byte 0, but the file has only 2 more");
}

TEST(GgufFileTest, RefusesOtherVersions) {
  GgufBuilder builder = smallLlama();
  builder.version = 1;
  EXPECT_EQ(importError(builder), "header: GGUF version 1 is not read, only 2 and 3 are");
  builder.version = 4;
  EXPECT_EQ(importError(builder), "header: GGUF version 4 is not read, only 2 and 3 are");
  builder.version = 0x03000000;
  EXPECT_EQ(importError(builder), "header: the file is big endian, only little-endian files are read");
}

TEST(GgufFileTest, RefusesAPathThatIsNoFile) {
  EXPECT_THROW(importer::importModel("/nowhere/model.gguf"), importer::InputError);
  const std::string folder = std::filesystem::temp_directory_path().string();
  try {
    gguf::GgufFile file(folder);
    FAIL() << "a folder was read";
  } catch (const importer::InputError &error) {
    EXPECT_EQ(std::string(error.what()), folder + ": is not a regular file");
  }
}

TEST(GgufFileTest, RefusesAbsurdCounts) {
  GgufBuilder builder = smallLlama();
  builder.tensorCount = uint64_t(1) << 61;
  EXPECT_NE(importError(builder).find("tensor directory: 2305843009213693952 tensors do not fit into the remaining"),
            std::string::npos);
  builder.tensorCount = std::nullopt;
  builder.pairCount = UINT64_MAX;
  EXPECT_NE(importError(builder).find("metadata: 18446744073709551615 entries do not fit into the remaining"),
            std::string::npos);
}

TEST(GgufFileTest, RefusesBadAlignment) {
  GgufBuilder builder = smallLlama();
  builder.setInteger("general.alignment", 48);
  EXPECT_EQ(importError(builder), "metadata 'general.alignment': 48 is not a power of two");
  builder.setInteger("general.alignment", 0);
  EXPECT_EQ(importError(builder), "metadata 'general.alignment': 0 is not a power of two");
  builder.setInteger("general.alignment", 1u << 31);
  EXPECT_EQ(importError(builder), "metadata 'general.alignment': 2147483648 is outside 0..1048576");
}

/// One change to the tensor 'blk.0.attn_v.weight', and the error it makes.
struct Damage {
  void (*change)(BuiltTensor &);
  const char *error;
};

void PrintTo(const Damage &d, std::ostream *out) { *out << d.error; }

class TensorDamageTest : public testing::TestWithParam<Damage> {};

TEST_P(TensorDamageTest, IsRefused) {
  GgufBuilder builder = smallLlama();
  GetParam().change(builder.tensor("blk.0.attn_v.weight"));
  const std::string size = std::to_string(builder.bytes().size());
  std::string expected = GetParam().error;
  if (const size_t mark = expected.find("SIZE"); mark != std::string::npos)
    expected.replace(mark, 4, size);
  EXPECT_EQ(importError(builder), expected);
}

INSTANTIATE_TEST_SUITE_P(
    Tensors, TensorDamageTest,
    testing::Values(
        Damage{[](BuiltTensor &t) { t.name = "blk.0.attn_q.weight"; },
               "tensor directory entry 5: the name 'blk.0.attn_q.weight' occurs twice"},
        Damage{[](BuiltTensor &t) { t.dimensions = {}; },
               "tensor 'blk.0.attn_v.weight': 0 dimensions, only 1 or 2 are read"},
        Damage{[](BuiltTensor &t) { t.dimensions = {8, 2, 2}; },
               "tensor 'blk.0.attn_v.weight': 3 dimensions, only 1 or 2 are read"},
        Damage{[](BuiltTensor &t) { t.dimensions = {8, 0}; },
               "tensor 'blk.0.attn_v.weight': is empty: 0 rows, 8 columns"},
        Damage{[](BuiltTensor &t) { t.dimensions = {0, 4}; },
               "tensor 'blk.0.attn_v.weight': is empty: 4 rows, 0 columns"},
        Damage{[](BuiltTensor &t) { t.type = 77; },
               "tensor 'blk.0.attn_v.weight': has type number 77, readable are F32, F16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, "
               "Q4_K, Q5_K, Q6_K, IQ4_NL, IQ4_XS, BF16, TQ1_0, TQ2_0, MXFP4, Q2_0, Q6_0"},
        Damage{
            [](BuiltTensor &t) { t.type = 10; },
            "tensor 'blk.0.attn_v.weight': has type Q2_K, readable are F32, F16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, "
            "Q5_K, Q6_K, IQ4_NL, IQ4_XS, BF16, TQ1_0, TQ2_0, MXFP4, Q2_0, Q6_0"},
        Damage{[](BuiltTensor &t) { t.type = 8; },
               "tensor 'blk.0.attn_v.weight': 8 columns are not whole blocks of 32, as Q8_0 has"},
        // Products that wrap around to something small.
        Damage{
            [](BuiltTensor &t) { t.dimensions = {uint64_t(1) << 62, 4}; },
            "tensor 'blk.0.attn_v.weight': 4 rows of 4611686018427387904 columns (F32) are more than the file's SIZE "
            "bytes"},
        Damage{
            [](BuiltTensor &t) { t.dimensions = {8, uint64_t(1) << 61}; },
            "tensor 'blk.0.attn_v.weight': 2305843009213693952 rows of 8 columns (F32) are more than the file's SIZE "
            "bytes"},
        Damage{[](BuiltTensor &t) { t.offset = 1; },
               "tensor 'blk.0.attn_v.weight': offset 1 is not a multiple of the alignment 32"},
        Damage{
            [](BuiltTensor &t) { t.offset = uint64_t(1) << 63; },
            "tensor 'blk.0.attn_v.weight': 128 bytes at offset 9223372036854775808 end outside the file's 2336 bytes "
            "of tensor data"},
        Damage{
            [](BuiltTensor &t) { t.offset = UINT64_MAX - 31; },
            "tensor 'blk.0.attn_v.weight': 128 bytes at offset 18446744073709551584 end outside the file's 2336 bytes "
            "of tensor data"},
        Damage{
            [](BuiltTensor &t) { t.offset = 2336 - 96; },
            "tensor 'blk.0.attn_v.weight': 128 bytes at offset 2240 end outside the file's 2336 bytes of tensor data"},
        Damage{[](BuiltTensor &t) { t.offset = 32; },
               "tensor 'blk.0.attn_v.weight': overlaps tensor 'token_embd.weight'"}));

} // namespace
} // namespace weebill::tests
