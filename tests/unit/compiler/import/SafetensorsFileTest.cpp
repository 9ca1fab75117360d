// Headers, offsets and shapes of .safetensors files: what is wrong is refused with the numbers that disagree.

#include "compiler/import/huggingface/SafetensorsFile.h"

#include "HuggingFaceFolder.h"
#include "compiler/import/ImportedModel.h"

#include <gtest/gtest.h>
#include <random>

namespace weebill::tests {
namespace {

/// What reading a file of these bytes throws, without the path, or "".
std::string fileError(const std::string &bytes) {
  const TemporaryFolder folder;
  folder.write("x", bytes);
  const std::string path = (folder.path() / "x").string();
  try {
    const huggingface::SafetensorsFile file(path);
    return "";
  } catch (const importer::InputError &error) {
    const std::string text = error.what();
    return text.starts_with(path + ": ") ? text.substr(path.size() + 2) : "without the path: " + text;
  }
}

std::string headerError(const std::string &header, size_t dataBytes) {
  return fileError(safetensors(header, std::string(dataBytes, '\0')));
}

/// A header of one tensor "a".
std::string one(const std::string &dtype, const std::string &shape, const std::string &offsets) {
  return R"({"a":{"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}";
}

TEST(SafetensorsFileTest, TensorsInTheOrderOfTheirBytes) {
  const TemporaryFolder folder;
  folder.write("x", safetensors(R"({"__metadata__":{"format":"pt"},
      "a":{"dtype":"F16","shape":[2,3],"data_offsets":[4,16]},
      "b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}   )",
                                "0123456789abcdef"));
  const huggingface::SafetensorsFile file((folder.path() / "x").string());
  ASSERT_EQ(file.tensors().size(), 2u);
  EXPECT_EQ(file.tensors()[0].name, "b");
  EXPECT_EQ(file.tensors()[0].bytes, "0123");
  EXPECT_STREQ(file.tensors()[1].type->name, "F16");
  EXPECT_EQ(file.tensors()[1].shape, (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(file.tensors()[1].bytes, "456789abcdef");
}

TEST(SafetensorsFileTest, Headers) {
  EXPECT_EQ(fileError("1234567"), "header's length: needs 8 bytes at byte 0, but the file has only 7 more");
  EXPECT_EQ(fileError(std::string(8, '\xff')),
            "header's length: 18446744073709551615 bytes are more than the 100000000 that the format allows");
  EXPECT_EQ(fileError(safetensors("{}", "").replace(0, 1, "\x03")),
            "header: needs 3 bytes at byte 8, but the file has only 2 more");
  EXPECT_EQ(headerError(" {}", 0), "header: begins with ' ', but must begin with '{'");
  EXPECT_EQ(headerError("", 0), "header: begins with '', but must begin with '{'");
  EXPECT_EQ(headerError("{\"a\":", 0), "header: is not JSON at byte 6 of 5");
  EXPECT_EQ(headerError("{\"a\":1e999}", 0), "header: has a number that is too large");
  EXPECT_EQ(headerError("{}x", 0), "header: is not JSON at byte 3 of 3");
  EXPECT_EQ(headerError("{\"a\":" + std::string(100'000, '['), 0),
            "header: values are inside each other more than 32 deep");
}

TEST(SafetensorsFileTest, Entries) {
  EXPECT_EQ(headerError(one("F32", "[2]", "[0,8]"), 8), "");
  EXPECT_EQ(headerError(R"({"a":1})", 0), "tensor 'a': is described by no object");
  EXPECT_EQ(
      headerError(one("F64", "[1]", "[0,8]"), 8),
      "tensor 'a': has dtype 'F64', readable are F32, F16 and BF16, and codes of quantization in I8, I32 and U32");
  EXPECT_EQ(headerError(one("U32", "[2]", "[0,8]"), 8), "");
  EXPECT_EQ(headerError(one("F32", "2", "[0,8]"), 8), "tensor 'a': has no shape");
  for (const char *shape : {"[0]", "[-1]", "[1.5]", "[\"1\"]", "[[1]]", "[null]"})
    EXPECT_EQ(headerError(one("F32", shape, "[0,8]"), 8),
              "tensor 'a': has a size in its shape that is not an integer above 0")
        << shape;
  for (const char *offsets : {"[0]", "[0,8,8]", "[0,-8]", "[0.0,8]", "8", "null"})
    EXPECT_EQ(headerError(one("F32", "[2]", offsets), 8), "tensor 'a': has no data_offsets of two integers") << offsets;
  EXPECT_EQ(headerError(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"strides":[1]}})", 8),
            "tensor 'a': has the unknown field 'strides'");
  EXPECT_EQ(headerError(R"({"a":{"dtype":"F32","dtype":"F16","shape":[2],"data_offsets":[0,8]}})", 8),
            "header: the key 'dtype' stands in one object twice");
}

TEST(SafetensorsFileTest, SizesThatDoNotFit) {
  EXPECT_EQ(headerError(one("F32", "[3]", "[0,12]"), 8),
            "tensor 'a': has a shape of more elements than the file's 8 bytes of tensor data");
  // Products that would be 0 or 2 in 64 bits.
  for (const char *shape :
       {"[4294967296,4294967296]", "[9223372036854775809,2]", "[18446744073709551615,18446744073709551615]"})
    EXPECT_EQ(headerError(one("F32", shape, "[0,8]"), 8),
              "tensor 'a': has a shape of more elements than the file's 8 bytes of tensor data")
        << shape;
  EXPECT_EQ(headerError(one("F32", "[1]", "[0,8]"), 8), "tensor 'a': has 8 bytes, but 1 of F32 need 4");
  EXPECT_EQ(headerError(one("BF16", "[1,3]", "[0,8]"), 8), "tensor 'a': has 8 bytes, but 1 x 3 of BF16 need 6");
  EXPECT_EQ(headerError(one("F32", "[2]", "[4,12]"), 8),
            "tensor 'a': lies from byte 4 to 12 of 8 bytes of tensor data");
  EXPECT_EQ(headerError(one("F32", "[2]", "[8,0]"), 8), "tensor 'a': lies from byte 8 to 0 of 8 bytes of tensor data");
  EXPECT_EQ(headerError(one("F32", "[2]", "[18446744073709551608,0]"), 8),
            "tensor 'a': lies from byte 18446744073709551608 to 0 of 8 bytes of tensor data");
}

TEST(SafetensorsFileTest, OverlapsAndGaps) {
  const auto two = [](const std::string &first, const std::string &second) {
    return R"({"a":{"dtype":"F32","shape":[2],"data_offsets":)" + first +
           R"(},"b":{"dtype":"F32","shape":[2],"data_offsets":)" + second + "}}";
  };
  EXPECT_EQ(headerError(two("[0,8]", "[8,16]"), 16), "");
  EXPECT_EQ(headerError(two("[0,8]", "[4,12]"), 12), "tensor 'b': overlaps tensor 'a'");
  EXPECT_NE(headerError(two("[0,8]", "[0,8]"), 8).find("overlaps"), std::string::npos);
  EXPECT_EQ(headerError(two("[0,8]", "[12,20]"), 20), "tensor 'b': has 4 bytes before it that belong to no tensor");
  EXPECT_EQ(headerError(two("[0,8]", "[8,16]"), 17), "tensor data: 1 bytes at the end belong to no tensor");
  EXPECT_EQ(headerError(two("[0,8]", "[8,16]").replace(2, 1, "b"), 16),
            "header: the key 'b' stands in one object twice");
}

} // namespace
} // namespace weebill::tests
