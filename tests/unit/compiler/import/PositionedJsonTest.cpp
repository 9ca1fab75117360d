// Places of values and keys, and of what is wrong in the text.

#include "compiler/import/description/PositionedJson.h"

#include "compiler/import/ImportedModel.h"

#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

std::string placeText(description::JsonPlace place) {
  return std::to_string(place.line) + ":" + std::to_string(place.column);
}

std::string complaint(std::string_view text) {
  try {
    description::readPositionedJson("f.json", text);
    return "none";
  } catch (const importer::InputError &error) {
    return error.what();
  }
}

TEST(PositionedJsonTest, EveryValueKnowsWhereItBegins) {
  const description::JsonValue root =
      description::readPositionedJson("f.json", "\n {\"a\" :12,\"b\":[ 1,-2.5e1 ,\"x\\n,:\",\n"
                                                "[[3],true], null],\n\t\"c\": {\"d\":false}}");
  EXPECT_EQ(placeText(root.place), "2:2");
  ASSERT_EQ(root.members.size(), 3u);
  EXPECT_EQ(placeText(root.members[0].place), "2:3");
  EXPECT_EQ(placeText(root.members[0].value.place), "2:8");
  EXPECT_EQ(root.members[0].value.integer, 12);
  const description::JsonValue &list = root.members[1].value;
  EXPECT_EQ(placeText(list.place), "2:15");
  ASSERT_EQ(list.items.size(), 5u);
  EXPECT_EQ(placeText(list.items[0].place), "2:17");
  EXPECT_EQ(placeText(list.items[1].place), "2:19");
  EXPECT_EQ(list.items[1].real, -25);
  EXPECT_EQ(list.items[1].kind, description::JsonValue::Kind::Real);
  EXPECT_EQ(placeText(list.items[2].place), "2:27");
  EXPECT_EQ(list.items[2].text, "x\n,:");
  EXPECT_EQ(placeText(list.items[3].place), "3:1");
  EXPECT_EQ(placeText(list.items[3].items[0].items[0].place), "3:3");
  EXPECT_EQ(placeText(list.items[3].items[1].place), "3:6");
  EXPECT_EQ(placeText(list.items[4].place), "3:13");
  EXPECT_EQ(placeText(root.members[2].place), "4:2");
  EXPECT_EQ(placeText(root.members[2].value.members[0].value.place), "4:12");
  EXPECT_FALSE(root.members[2].value.members[0].value.boolean);
}

TEST(PositionedJsonTest, ANumberMayEndTheText) {
  const description::JsonValue root = description::readPositionedJson("f.json", "  7");
  EXPECT_EQ(placeText(root.place), "1:3");
  EXPECT_EQ(root.integer, 7);
}

TEST(PositionedJsonTest, NumbersThatNoIntegerHoldsAreReal) {
  EXPECT_EQ(description::readPositionedJson("f", "9223372036854775807").kind, description::JsonValue::Kind::Integer);
  EXPECT_EQ(description::readPositionedJson("f", "9223372036854775808").kind, description::JsonValue::Kind::Real);
  EXPECT_EQ(description::readPositionedJson("f", "-9223372036854775809").kind, description::JsonValue::Kind::Real);
  EXPECT_EQ(description::readPositionedJson("f", "1.0").kind, description::JsonValue::Kind::Real);
}

TEST(PositionedJsonTest, WhatIsWrongHasAPlace) {
  EXPECT_EQ(complaint("{\n  \"a\": 1,\n  \"a\": 2}"), "f.json:3:3: 'a' stands here a second time");
  EXPECT_EQ(complaint("{\n  \"a\": 1;\n}"), "f.json:2:9: is not JSON from ';' on");
  EXPECT_EQ(complaint("[1, 1e999]"), "f.json:1:5: the number '1e999' is too large");
  EXPECT_EQ(complaint("{\"a\": [1"), "f.json:1:9: the text ends in the middle of a value");
  EXPECT_EQ(complaint(""), "f.json:1:1: the text ends in the middle of a value");
  EXPECT_EQ(complaint("[\"\xff\"]"), "f.json:1:3: is not JSON from '\\xff' on");
  EXPECT_EQ(complaint("{} x"), "f.json:1:4: is not JSON from 'x' on");
  const std::string deep = std::string(16, '[') + "1" + std::string(16, ']');
  EXPECT_EQ(complaint(deep), "none");
  EXPECT_EQ(complaint("[" + deep + "]"), "f.json:1:17: values are inside each other more than 16 deep");
}

} // namespace
} // namespace weebill::tests
