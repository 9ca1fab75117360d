//===- FormatsTest.cpp ----------------------------------------------------===//
//
// What every row of the table must keep, whoever adds it, and what the four of today say of themselves.
//
//===----------------------------------------------------------------------===//

#include "codegen/formats/Formats.h"

#include <gtest/gtest.h>
#include <set>

using namespace weebill::formats;

namespace {

TEST(FormatsTest, NamesNumbersTypesAndSuffixesAreUnique) {
  std::set<std::string> names, members, suffixes;
  std::set<int64_t> numbers;
  for (const WeightFormat *format : kFormats) {
    EXPECT_TRUE(names.insert(format->name).second) << format->name;
    EXPECT_TRUE(numbers.insert(format->number).second) << format->name;
    EXPECT_TRUE(members.insert(format->member).second) << format->name;
    if (format->isMatrix()) { // functions of two formats may meet in one file
      EXPECT_TRUE(suffixes.insert(format->functionSuffix).second) << format->name;
    }
  }
  EXPECT_TRUE(names.contains("vector"));
}

TEST(FormatsTest, NumbersAreThoseOfFilesThatExist) {
  EXPECT_EQ(kVector.number, 0);
  EXPECT_EQ(kMatrixF32.number, 1);
  EXPECT_EQ(kMatrixInt8.number, 2);
  EXPECT_EQ(kMatrixF16.number, 3);
  EXPECT_EQ(kMatrixQ4_0.number, 4);
  EXPECT_EQ(kMatrixQ4_1.number, 5);
  EXPECT_EQ(kMatrixQ8_0.number, 6);
  EXPECT_EQ(kMatrixQ5_0.number, 7);
  EXPECT_EQ(kMatrixQ5_1.number, 8);
  EXPECT_EQ(kMatrixQ4_K.number, 9);
  EXPECT_EQ(kMatrixQ5_K.number, 10);
  EXPECT_EQ(kMatrixQ6_K.number, 11);
  EXPECT_EQ(kMatrixIQ4_NL.number, 12);
  EXPECT_EQ(kMatrixIQ4_XS.number, 13);
  EXPECT_EQ(kMatrixMXFP4.number, 14);
  EXPECT_EQ(kMatrixTQ1_0.number, 15);
  EXPECT_EQ(kMatrixTQ2_0.number, 16);
  EXPECT_EQ(kMatrixQ2_0.number, 17);
  EXPECT_EQ(kMatrixQ6_0.number, 18);
  EXPECT_EQ(kMatrixQ4_C.number, 19);
  EXPECT_EQ(kMatrixQ6_C.number, 20);
}

TEST(FormatsTest, ArraysFitTheirColumnsAndTheirTypes) {
  for (const WeightFormat *format : kFormats) {
    ASSERT_FALSE(format->arrays.empty()) << format->name;
    EXPECT_NE(format->arrays.front().columns, 0) << format->name;
    std::set<std::string> names;
    for (const FormatArray &array : format->arrays) {
      EXPECT_TRUE(names.insert(array.name).second) << format->name << ": " << array.name;
      if (array.columns != 0) {
        EXPECT_EQ(format->columnMultiple % array.columns, 0) << format->name << ": a row ends inside a group";
      }
      const std::string type = array.type;
      const int64_t bytes = type.ends_with("32") ? 4 : type.ends_with("16") ? 2 : 1;
      EXPECT_EQ(array.elementBytes, bytes) << format->name << ": " << type;
      EXPECT_LE(array.bytesOfRow(1024), format->arrays.front().bytesOfRow(1024)) << format->name << ": not the largest";
    }
  }
}

TEST(FormatsTest, StructsDeclareTheArraysInTheirOrder) {
  for (const WeightFormat *format : kFormats) {
    if (!format->isMatrix())
      continue;
    const std::string text = format->structText, member = format->member;
    EXPECT_NE(text.find("struct " + member + "{"), std::string::npos) << text;
    size_t at = 0;
    for (const FormatArray &array : format->arrays) {
      const size_t found = text.find("const " + std::string(array.type) + " *" + array.name + ";", at);
      ASSERT_NE(found, std::string::npos) << array.name << " in " << text;
      at = found;
      EXPECT_NE(std::string(format->kernelArguments).find(std::string("w.") + array.name), std::string::npos);
    }
    const std::string embed = format->embedRow; // its own, or one for several formats
    EXPECT_TRUE(embed.find("const " + member + "&w") != embed.npos || embed.find("const $member&w") != embed.npos);
  }
}

TEST(FormatsTest, MatricesAreFoundByName) {
  EXPECT_EQ(findMatrixFormat("int8"), &kMatrixInt8);
  EXPECT_EQ(findMatrixFormat("f16"), &kMatrixF16);
  EXPECT_EQ(findMatrixFormat("f32"), &kMatrixF32);
  EXPECT_EQ(findMatrixFormat("vector"), nullptr);
  EXPECT_EQ(findMatrixFormat(""), nullptr);
}

TEST(FormatsTest, OnlyBytesMultiplyCodes) {
  for (const WeightFormat *format :
       {&kMatrixInt8, &kMatrixQ4_0, &kMatrixQ4_1, &kMatrixQ5_0, &kMatrixQ5_1, &kMatrixQ8_0, &kMatrixQ4_K, &kMatrixQ5_K,
        &kMatrixQ6_K, &kMatrixIQ4_NL, &kMatrixIQ4_XS, &kMatrixMXFP4, &kMatrixTQ1_0, &kMatrixTQ2_0, &kMatrixQ2_0,
        &kMatrixQ6_0, &kMatrixQ4_C, &kMatrixQ6_C})
    EXPECT_TRUE(format->takesCodes()) << format->name;
  for (const WeightFormat *format : {&kVector, &kMatrixF32, &kMatrixF16})
    EXPECT_FALSE(format->takesCodes()) << format->name;
}

TEST(FormatsTest, BytesOfARow) {
  EXPECT_EQ(kMatrixInt8.storedColumns(70), 128);
  EXPECT_EQ(kMatrixInt8.bytesOfEmbed(128), 128 + 4) << "the sum is not needed";
  EXPECT_EQ(kMatrixF32.storedColumns(70), 70);
  EXPECT_EQ(kMatrixF32.bytesOfEmbed(70), 280);
  EXPECT_EQ(kMatrixF16.bytesOfEmbed(70), 140);
  EXPECT_EQ(kVector.storedColumns(70), 128);
  EXPECT_EQ(kVector.arrays.front().bytesOfRow(128), 512);
  EXPECT_EQ(kMatrixInt8.bits(), 8);
  EXPECT_EQ(kMatrixF16.bits(), 16);
  EXPECT_EQ(kMatrixF32.bits(), 32);
  EXPECT_TRUE(kMatrixF16.hasElements("f16"));
  EXPECT_FALSE(kMatrixInt8.hasElements("f16"));
}

TEST(FormatsTest, GroupsOfColumnsCountAsOneElement) {
  const FormatArray nibbles = {"values", "u8", 1, 16, 32, true}, scales = {"scale", "f16", 2, 1, 32, true};
  EXPECT_EQ(nibbles.bytesOfRow(576), 288);
  EXPECT_EQ(scales.elementsOfRow(576), 18);
  EXPECT_EQ(scales.bytesOfRow(576), 36);
}

TEST(FormatsTest, CostsOfAProduct) {
  EXPECT_EQ(kMatrixInt8.operations(960, 576).integer, 2 * 960 * 576 + 2 * 960);
  EXPECT_EQ(kMatrixInt8.operations(960, 576).floating, 2 * 960);
  for (const WeightFormat *format : {&kMatrixF32, &kMatrixF16}) {
    EXPECT_EQ(format->operations(960, 576).integer, 0);
    EXPECT_EQ(format->operations(960, 576).floating, 2 * 960 * 576);
  }
}

TEST(FormatsTest, ShapesInWords) {
  EXPECT_EQ(kVector.shape("1", "64"), "float32 [64]");
  EXPECT_EQ(kMatrixF32.shape("48", "70"), "float32 [48 / 16][70][16]");
  EXPECT_EQ(kMatrixF16.shape("48", "70"), "float16 [48 / 16][70][16]");
  EXPECT_EQ(kMatrixInt8.shape("48", "128"), "int8 [48 / 16][128 / 4][16][4], scale float32 and row_sum int32 [48]");
}

} // namespace
