// Maps of characters: what a trie says, and what is wrong with one. Real ones: tests/emitted/test_character_maps.py.

#include "compiler/import/sentencepiece/CharacterMap.h"
#include "compiler/import/huggingface/Base64.h"

#include "CharacterMapBuilder.h"

#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

using Rules = std::map<std::string, std::string>;

Rules read(const std::string &bytes) {
  Rules rules;
  for (const importer::TokenizerData::Rule &rule : sentencepiece::readCharacterMap("m", "the map", bytes))
    EXPECT_TRUE(rules.emplace(rule.text, rule.becomes).second) << rule.text;
  return rules;
}

std::string errorOf(const std::string &bytes) {
  try {
    read(bytes);
    return "";
  } catch (const importer::InputError &error) {
    return error.what();
  }
}

TEST(CharacterMapTest, TextsAndWhatTheyBecome) {
  const Rules rules = {{"a", "x"}, {"ab", ""}, {"abc", "y z"}, {"\xc3\xa9", "e"}, {"\xff", "\xfe"}};
  EXPECT_EQ(read(characterMap(rules)), rules);
  EXPECT_EQ(read(characterMap({})), Rules{});
}

TEST(CharacterMapTest, TheLastTextMayEndWithTheMap) {
  std::string bytes = characterMap({{"a", "xyz"}});
  bytes.pop_back();
  EXPECT_EQ(read(bytes), (Rules{{"a", "xyz"}}));
}

TEST(CharacterMapTest, Damage) {
  const CharacterMapBuilder right({{"a", "x"}, {"b", "y"}});
  EXPECT_EQ(errorOf("abc"), "m: the map: has 3 bytes, a map has more");
  const std::string few = right.bytes().substr(0, 1000);
  EXPECT_EQ(errorOf(few), "m: the map: has a trie of 4096 bytes, but 996 bytes follow");
  EXPECT_EQ(errorOf(std::string(8, '\0')), "m: the map: has a trie of 0 bytes, but 4 bytes follow");
  EXPECT_EQ(errorOf(std::string("\x03\0\0\0abcd", 8)), "m: the map: has a trie of 3 bytes, but 4 bytes follow");

  CharacterMapBuilder changed = right;
  changed.units[512] = 1u << 31 | 5;
  EXPECT_EQ(errorOf(changed.bytes()), "m: the map: is damaged: a text begins at byte 5 of 4");
  changed = right;
  changed.units[256 ^ 'b'] = 'b' | 1 << 8 | uint32_t(1 << 20) << 10;
  EXPECT_NE(errorOf(changed.bytes()).find("its trie of 1024 units has no unit"), std::string::npos);
  changed = right;
  changed.units[256 ^ 'b'] = 'b' | (256u ^ 'b' ^ 256u) << 10; // its children are its parent's
  EXPECT_NE(errorOf(changed.bytes()).find("is reached in two ways"), std::string::npos);
}

TEST(CharacterMapTest, WhatNoTrainerWrites) {
  EXPECT_EQ(errorOf(characterMap({{std::string(65, 'a'), "x"}})),
            "m: the map: is damaged: a text in it is longer than 64 bytes");
  EXPECT_EQ(errorOf(characterMap({{"a", std::string(33, 'x')}})),
            "m: the map: is damaged: a text becomes more than 32 times as long");
  EXPECT_EQ(errorOf(characterMap({{"a", std::string(32, 'x')}})), "");
  CharacterMapBuilder many({}); // all bytes become one long text
  many.texts = std::string(32, 'x');
  many.units.assign(257, 1u << 31);
  many.units[0] = 0;
  for (uint32_t label = 1; label < 256; ++label)
    many.units[label] = label | 1 << 8 | (label ^ 256) << 10;
  EXPECT_EQ(errorOf(many.bytes()), "m: the map: is damaged: its texts are more than 4 times as long as the map");
}

TEST(Base64Test, Bytes) {
  EXPECT_EQ(huggingface::bytesOfBase64("").value(), "");
  EXPECT_EQ(huggingface::bytesOfBase64("YQ==").value(), "a");
  EXPECT_EQ(huggingface::bytesOfBase64("YWI=").value(), "ab");
  EXPECT_EQ(huggingface::bytesOfBase64("YWJj").value(), "abc");
  EXPECT_EQ(huggingface::bytesOfBase64("/+8A").value(), std::string("\xff\xef\0", 3));
  for (const char *bad : {"YQ", "YQ=", "Y!==", "YQ==YQ==", "===="})
    EXPECT_FALSE(huggingface::bytesOfBase64(bad)) << bad;
}

} // namespace
} // namespace weebill::tests
