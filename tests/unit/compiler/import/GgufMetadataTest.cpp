// Metadata values of every type, and the errors for those that are damaged or of another type than is asked for.

#include "GgufBuilder.h"

#include "compiler/import/gguf/GgufFile.h"

#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

/// What reading `value` through `read` throws after the place, or "" if nothing.
template <typename Read> std::string readError(uint32_t type, const std::string &value, Read read) {
  GgufBuilder builder;
  builder.set("key", type, value);
  const ScratchFile scratch(builder.bytes());
  try {
    const gguf::GgufFile file(scratch.path);
    read(file.metadata());
    return "";
  } catch (const importer::InputError &error) {
    const std::string text = error.what(), start = scratch.path + ": metadata 'key': ";
    return text.starts_with(start) ? text.substr(start.size()) : text;
  }
}

std::string integerError(uint32_t type, const std::string &value) {
  return readError(type, value, [](const gguf::Metadata &metadata) { metadata.integer("key"); });
}

TEST(GgufMetadataTest, ReadsEveryType) {
  GgufBuilder builder;
  builder.set("uint8", 0, bytesOf<uint8_t>(200));
  builder.set("int8", 1, bytesOf<int8_t>(100));
  builder.set("uint16", 2, bytesOf<uint16_t>(60000));
  builder.set("int16", 3, bytesOf<int16_t>(30000));
  builder.set("uint32", 4, bytesOf<uint32_t>(2000000000));
  builder.set("int32", 5, bytesOf<int32_t>(7));
  builder.set("float32", 6, bytesOf(1.5f));
  builder.set("bool", 7, bytesOf<uint8_t>(1));
  builder.setText("string", "text");
  builder.setTexts("strings", {"one", "", "three"});
  builder.setIntegers("int32s", {1, -2, 3});
  builder.set("uint64", 10, bytesOf<uint64_t>(8));
  builder.set("int64", 11, bytesOf<int64_t>(9));
  builder.set("float64", 12, bytesOf(2.5));
  // [[1, 2], ["a"]]
  builder.set("nested", 9,
              bytesOf<uint32_t>(9) + bytesOf<uint64_t>(2) + bytesOf<uint32_t>(0) + bytesOf<uint64_t>(2) + "\1\2" +
                  bytesOf<uint32_t>(8) + bytesOf<uint64_t>(1) + lengthAndText("a"));
  builder.set("empty", 9, bytesOf<uint32_t>(8) + bytesOf<uint64_t>(0));
  const ScratchFile scratch(builder.bytes());
  const gguf::GgufFile file(scratch.path);
  const gguf::Metadata &metadata = file.metadata();
  EXPECT_EQ(metadata.integer("uint8"), 200);
  EXPECT_EQ(metadata.integer("int8"), 100);
  EXPECT_EQ(metadata.integer("uint16"), 60000);
  EXPECT_EQ(metadata.integer("int16"), 30000);
  EXPECT_EQ(metadata.integer("uint32"), 2000000000);
  EXPECT_EQ(metadata.integer("int32"), 7);
  EXPECT_EQ(metadata.integer("uint64"), 8);
  EXPECT_EQ(metadata.integer("int64"), 9);
  EXPECT_EQ(metadata.real("float32"), 1.5);
  EXPECT_EQ(metadata.real("float64"), 2.5);
  EXPECT_EQ(metadata.flag("bool"), true);
  EXPECT_EQ(metadata.text("string"), "text");
  EXPECT_EQ(metadata.texts("strings"), (std::vector<std::string_view>{"one", "", "three"}));
  EXPECT_EQ(metadata.texts("empty"), std::vector<std::string_view>());
  EXPECT_EQ(metadata.integers("int32s"), (std::vector<int32_t>{1, -2, 3}));
  EXPECT_EQ(metadata.find("nested")->count, 2u);
  EXPECT_EQ(metadata.integer("absent"), std::nullopt);
  EXPECT_EQ(metadata.texts("absent"), std::nullopt);
}

/// Who writes numbers of one type for everything means the same.
TEST(GgufMetadataTest, NumbersOfAnotherType) {
  EXPECT_EQ(integerError(6, bytesOf(5.0f)), "");
  EXPECT_EQ(integerError(12, bytesOf(5.0)), "");
  EXPECT_EQ(readError(4, bytesOf<uint32_t>(1), [](const gguf::Metadata &m) { EXPECT_EQ(m.real("key"), 1.0); }), "");
  EXPECT_EQ(readError(0, bytesOf<uint8_t>(1), [](const gguf::Metadata &m) { EXPECT_EQ(m.flag("key"), true); }), "");
  EXPECT_EQ(readError(4, bytesOf<uint32_t>(2), [](const gguf::Metadata &m) { m.flag("key"); }), "2 is outside 0..1");
}

TEST(GgufMetadataTest, RefusesOtherTypes) {
  EXPECT_EQ(integerError(8, lengthAndText("5")), "is text, not an integer");
  EXPECT_EQ(integerError(6, bytesOf(5.5f)), "is float32, not an integer");
  EXPECT_EQ(integerError(9, bytesOf<uint32_t>(4) + bytesOf<uint64_t>(1) + bytesOf<uint32_t>(5)),
            "is array of uint32, not an integer");
  EXPECT_EQ(readError(8, lengthAndText("a"), [](const gguf::Metadata &m) { m.flag("key"); }), "is text, not a boolean");
  EXPECT_EQ(readError(8, lengthAndText("a"), [](const gguf::Metadata &m) { m.real("key"); }),
            "is text, not a floating-point number");
  EXPECT_EQ(readError(4, bytesOf<uint32_t>(1), [](const gguf::Metadata &m) { m.text("key"); }),
            "is uint32, not a text");
  EXPECT_EQ(readError(8, lengthAndText("a"), [](const gguf::Metadata &m) { m.texts("key"); }),
            "is text, not an array of texts");
  EXPECT_EQ(readError(8, lengthAndText("a"), [](const gguf::Metadata &m) { m.integers("key"); }),
            "is text, not an array of 32-bit integers");
}

TEST(GgufMetadataTest, RefusesValuesOutOfRange) {
  EXPECT_EQ(integerError(5, bytesOf<int32_t>(-1)), "-1 is outside 0..2147483647");
  EXPECT_EQ(integerError(10, bytesOf<uint64_t>(UINT64_MAX)), "18446744073709551615 is outside 0..9223372036854775807");
  EXPECT_EQ(integerError(11, bytesOf<int64_t>(int64_t(1) << 40)), "1099511627776 is outside 0..2147483647");
  EXPECT_EQ(readError(7, bytesOf<uint8_t>(2), [](const gguf::Metadata &m) { m.flag("key"); }),
            "a boolean is 0 or 1, not 2");
}

TEST(GgufMetadataTest, RefusesUnknownTypes) {
  EXPECT_EQ(integerError(13, bytesOf<uint32_t>(0)), "value type 13 is unknown, the largest is 12");
  EXPECT_EQ(integerError(9, bytesOf<uint32_t>(99) + bytesOf<uint64_t>(0)),
            "value type 99 is unknown, the largest is 12");
}

TEST(GgufMetadataTest, RefusesCountsBeyondTheFile) {
  EXPECT_NE(integerError(8, bytesOf<uint64_t>(UINT64_MAX)).find("needs 18446744073709551615 bytes at byte"),
            std::string::npos);
  // 2^61 elements of 8 bytes: the product is 0 in 64 bits.
  EXPECT_NE(integerError(9, bytesOf<uint32_t>(12) + bytesOf<uint64_t>(uint64_t(1) << 61))
                .find("an array of 2305843009213693952 elements (float64) does not fit into the remaining"),
            std::string::npos);
  EXPECT_NE(integerError(9, bytesOf<uint32_t>(8) + bytesOf<uint64_t>(1000))
                .find("an array of 1000 elements (text) does not fit into the remaining"),
            std::string::npos);
}

TEST(GgufMetadataTest, RefusesDeepArrays) {
  std::string value;
  for (int depth = 0; depth < 100'000; ++depth)
    value += bytesOf<uint32_t>(9) + bytesOf<uint64_t>(1);
  EXPECT_EQ(integerError(9, value + bytesOf<uint32_t>(0) + bytesOf<uint64_t>(0)), "arrays are nested more than 4 deep");
}

TEST(GgufMetadataTest, RefusesAKeyThatOccursTwice) {
  GgufBuilder builder = smallLlama();
  builder.pairs.emplace_back("general.name", bytesOf<uint32_t>(8) + lengthAndText("again"));
  EXPECT_EQ(importError(builder),
            "metadata entry " + std::to_string(builder.pairs.size() - 1) + ": the key 'general.name' occurs twice");
}

} // namespace
} // namespace weebill::tests
