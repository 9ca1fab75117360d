// Maps of characters: what a trie says, and what is wrong with one. Real ones: tests/emitted/test_character_maps.py.

#include "compiler/import/sentencepiece/CharacterMap.h"
#include "compiler/import/huggingface/Base64.h"

#include "CharacterMapBuilder.h"

#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

importer::TokenizerData::Map read(const std::string &bytes) {
  return sentencepiece::readCharacterMap("m", "the map", bytes);
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
  const CharacterMapBuilder built({{"a", "x"}, {"ab", ""}, {"abc", "y z"}, {"\xc3\xa9", "e"}, {"\xff", "\xfe"}});
  const importer::TokenizerData::Map map = read(built.bytes());
  EXPECT_EQ(map.units, built.units);
  EXPECT_EQ(map.texts, built.texts);
  EXPECT_EQ(map.growth, 1u);
  for (const char *has : {"a", "xab", "\xc3\xa9", "\xff"})
    EXPECT_TRUE(sentencepiece::hasTextOf(map, has)) << has;
  for (const char *has : {"", "b", "\xc3", "xyz"})
    EXPECT_FALSE(sentencepiece::hasTextOf(map, has)) << has;
  EXPECT_FALSE(sentencepiece::hasTextOf(read(characterMap({})), "a"));
  EXPECT_FALSE(sentencepiece::hasTextOf({}, "a"));
}

TEST(CharacterMapTest, TheMostThatAByteBecomes) {
  EXPECT_EQ(read(characterMap({{"abc", "1234"}, {"b", "x"}})).growth, 2u);
  EXPECT_EQ(read(characterMap({{"abc", ""}})).growth, 0u);
  std::string bytes = characterMap({{"a", "xyz"}});
  bytes.pop_back(); // the last text may end with the map
  EXPECT_EQ(read(bytes).growth, 3u);
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
  EXPECT_EQ(errorOf(changed.bytes()), "m: the map: is damaged: a text in it is longer than 64 bytes");
}

/// As Darts has them: "aq" and "bq" end equally and become the same.
TEST(CharacterMapTest, NodesThatShareChildren) {
  CharacterMapBuilder shared({{"aq", "x"}, {"b", "y"}});
  const uint32_t place = (shared.units[256 ^ 'a'] >> 10) ^ (256 ^ 'a');
  shared.units[256 ^ 'b'] = 'b' | (256u ^ 'b' ^ place) << 10;
  const importer::TokenizerData::Map map = read(shared.bytes());
  EXPECT_TRUE(sentencepiece::hasTextOf(map, "aq") && sentencepiece::hasTextOf(map, "bq"));
  EXPECT_FALSE(sentencepiece::hasTextOf(map, "b"));
}

TEST(CharacterMapTest, WhatNoTrainerWrites) {
  EXPECT_EQ(errorOf(characterMap({{std::string(65, 'a'), "x"}})),
            "m: the map: is damaged: a text in it is longer than 64 bytes");
  EXPECT_EQ(errorOf(characterMap({{"a", std::string(33, 'x')}})),
            "m: the map: is damaged: a text becomes more than 32 times as long");
  EXPECT_EQ(errorOf(characterMap({{"a", std::string(32, 'x')}})), "");
}

/// Levels whose nodes share all children: 255 ways to each of 255 units, and again. Each is visited once.
TEST(CharacterMapTest, WaysThatMultiply) {
  CharacterMapBuilder many({});
  many.units.assign(256 * 33, 1u << 31);
  many.units[0] = 256 << 10;
  for (uint32_t level = 1; level < 32; ++level)
    for (uint32_t label = 1; label < 256; ++label) {
      const uint32_t index = (256 * level) ^ label;
      many.units[index] = label | (index ^ (256 * (level + 1))) << 10;
    }
  EXPECT_EQ(read(many.bytes()).growth, 0u);
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
