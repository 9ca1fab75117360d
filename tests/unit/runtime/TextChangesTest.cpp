//===- TextChangesTest.cpp - What is done to a text before it is cut ------------===//
//
// That it is what packages do is tested by tests/emitted/test_character_maps.py and test_tokenizer_families.py; here is
// what of a text counts as typed, and what is at borders.
//
//===----------------------------------------------------------------------===//

#include "tests/unit/runtime/FakeConstants.h"

#include "codegen/text/AnyText.h"
#include "codegen/weights/TokenizerTables.h"
#include "tests/unit/compiler/import/CharacterMapBuilder.h"
#include "tests/unit/runtime/DamagedTables.h"
#include "tests/unit/runtime/ExpectFailure.h"

#include <cstddef>
#include <cstring>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

namespace {

using Form = weebill::weights::TokenizerKind::Form;

std::vector<uint8_t> tablesOf(const std::map<std::string, std::string> &rules, Form form = Form::AsItIs) {
  weebill::weights::TokenizerSource source;
  source.kind.form = form;
  source.bytes.assign(256, -1);
  if (const weebill::tests::CharacterMapBuilder built(rules); !rules.empty())
    source.map = {built.units, built.texts, 3};
  return weebill::weights::buildTokenizerTables(source);
}

/// What a change of text makes of a part, and of the bytes in it that were typed.
template <class Change> std::string changed(const TokenizerTables &names, TextPart part) {
  Change change(names, part.text.size());
  const TextPart made = change(part);
  std::string text(made.text);
  EXPECT_LE(made.literal.last, text.size());
  if (part.literal.last > part.literal.first) {
    text.insert(made.literal.last, "]");
    text.insert(made.literal.first, "[");
  }
  return text;
}

struct Longer {
  static constexpr std::string_view pattern() { return "ab"; }
  static constexpr std::string_view content() { return "<long>"; }
};

TEST(TextChangesTest, CharactersTextsAndEnds) {
  const std::vector<uint8_t> blob = tablesOf({});
  const TokenizerTables names(blob.data(), blob.size());
  using Small = TextByCharacters<SmallLetters>;
  using Bare = TextByCharacters<NoAccents>;
  EXPECT_EQ(changed<Small>(names, {"A\u0130\u03a3\xff\u00c9Z", {1, 3}, Start::Text}), "a[i\u0307]\u03c3\xff\u00e9z");
  EXPECT_EQ(changed<Small>(names, {"\u2c2f\u2c30 \U0001e921", {}, Start::Text}), "\u2c5f\u2c30 \U0001e943");
  EXPECT_EQ(changed<Bare>(names, {"a\u0301b\u0903\xcc", {3, 4}, Start::Text}), "a[b]\xcc");
  using Put = ReplacedText<Longer>;
  EXPECT_EQ(changed<Put>(names, {"aab", {1, 2}, Start::Text}), "a[<long>]"); // typed in part counts as typed
  EXPECT_EQ(changed<Put>(names, {"a b", {1, 2}, Start::Text}), "a[ ]b");
  EXPECT_EQ(Put::longest(names, 10), 30u);
  using Both = StrippedText<true, true>;
  EXPECT_EQ(changed<Both>(names, {" \u3000a b\u00a0\n", {3, 9}, Start::Text}), "[a b]");
  EXPECT_EQ((changed<StrippedText<true, false>>(names, {" a ", {1, 2}, Start::Text})), "[a] ");
  EXPECT_EQ((changed<StrippedText<false, true>>(names, {" a ", {0, 3}, Start::Text})), "[ a]");
  EXPECT_EQ(changed<Both>(names, {" \t ", {}, Start::Text}), "");
}

TEST(TextChangesTest, SpacesAreMarked) {
  const std::vector<uint8_t> blob = tablesOf({});
  const TokenizerTables names(blob.data(), blob.size());
  using Legacy = MarkedSpaces<SpaceBefore::EveryPart>;
  using Always = MarkedSpaces<SpaceBefore::EveryPartWithout>;
  using First = MarkedSpaces<SpaceBefore::TextWithout>;
  using Never = MarkedSpaces<SpaceBefore::Nothing>;
  const std::string marked = "\u2581a\u2581 b\u2581";
  const TextPart text{marked, {}, Start::Text}, behind{"a", {}, Start::Token}, middle{"a", {}, Start::Middle};
  EXPECT_EQ(changed<Legacy>(names, text), "  a  b ");
  EXPECT_EQ(changed<Always>(names, text), " a  b ");
  EXPECT_EQ(changed<Legacy>(names, behind), " a");
  EXPECT_EQ(changed<Always>(names, behind), " a");
  EXPECT_EQ(changed<First>(names, behind), "a");
  EXPECT_EQ(changed<First>(names, {"a", {}, Start::Text}), " a");
  EXPECT_EQ(changed<Never>(names, {"a", {}, Start::Text}), "a");
  for (const std::string &going_on : {changed<Legacy>(names, middle), changed<Always>(names, middle)})
    EXPECT_EQ(going_on, "a") << "what goes on after other tokens is no beginning";
  // "ab\u2581cd\u2581e": typed is what begins after the first letter and ends before the last.
  EXPECT_EQ(changed<Legacy>(names, {"ab\u2581cd\u2581e", {1, 10}, Start::Text}), " a[b cd ]e");
  EXPECT_EQ(changed<Legacy>(names, {"ab\u2581cd\u2581e", {5, 7}, Start::Text}), " ab [cd] e");
  EXPECT_EQ(changed<Never>(names, {"ab\u2581", {1, 5}, Start::Text}), "a[b ]");
}

TEST(TextChangesTest, RunsThatWereTypedInPartCountAsTyped) {
  const std::vector<uint8_t> blob = tablesOf({}, Form::C);
  const TokenizerTables names(blob.data(), blob.size());
  const auto form = [&](std::string_view text, LiteralRange literal) {
    return changed<TextInNormalForm>(names, {text, literal, Start::Text});
  };
  EXPECT_EQ(form("e\u0301", {}), "\u00e9");
  EXPECT_EQ(form("\u212b\u0323", {}), "\u1ea0\u030a");                   // taken apart, put in order, put together
  EXPECT_EQ(form("\u1100\u1161\u11a8", {}), "\uac01");                   // Hangul
  EXPECT_EQ(form("\u0301\xff\u0301e\xcc", {}), "\u0301\xff\u0301e\xcc"); // nothing to join
  EXPECT_EQ(form("ae\u0301b", {1, 4}), "a[\u00e9]b");
  EXPECT_EQ(form("ae\u0301b", {2, 4}), "a[\u00e9]b");
  EXPECT_EQ(form("ae\u0301b", {1, 2}), "a[\u00e9]b");
  EXPECT_EQ(form("e\u0301bc", {3, 4}), "\u00e9[b]c");
  EXPECT_EQ(form("e\u0301bc", {4, 5}), "\u00e9b[c]");
}

TEST(TextChangesTest, FormKC) {
  const std::vector<uint8_t> blob = tablesOf({}, Form::KC);
  const TokenizerTables names(blob.data(), blob.size());
  const auto form = [&](std::string_view text, LiteralRange literal) {
    return changed<TextInNormalForm>(names, {text, literal, Start::Text});
  };
  EXPECT_EQ(form("\uff21\u00bd\u00a0", {}), "A1\u20442 ");
  EXPECT_EQ(form("\ufb01\u0301", {}), "f\u00ed");
  EXPECT_EQ(form("\uff76\uff9e", {}), "\u30ac"); // marks of half width join too
  EXPECT_EQ(form("a\ufdfab", {0, 2}), "[a\u0635\u0644\u0649 \u0627\u0644\u0644\u0647 \u0639\u0644\u064a\u0647 "
                                      "\u0648\u0633\u0644\u0645]b");
  EXPECT_EQ(form("\xff\xe2\x84", {}), "\xff\xe2\x84");
}

const std::map<std::string, std::string> kRules = {{"a", "x"}, {"ab", "yy"},    {"e\u0301", "E"},
                                                   {"q", ""},  {"\u0301", "'"}, {"\r", "R"}};

TEST(TextChangesTest, OfAMapTheLongestText) {
  const std::vector<uint8_t> blob = tablesOf(kRules);
  const TokenizerTables names(blob.data(), blob.size());
  const auto mapped = [&](std::string_view text, LiteralRange literal) {
    return changed<MappedText>(names, {text, literal, Start::Text});
  };
  EXPECT_EQ(mapped("abaqz", {}), "yyxz");
  EXPECT_EQ(mapped("e\u0301e", {}), "Ee");
  EXPECT_EQ(mapped("\xff\xc3", {}), "\ufffd\ufffd") << "what is no character";
  EXPECT_EQ(mapped("zabz", {2, 3}), "z[yy]z") << "typed in part";
  EXPECT_EQ(mapped("zqz", {1, 2}), "z[]z") << "what was typed became nothing";
  EXPECT_EQ(mapped("", {}), "");
}

TEST(TextChangesTest, OfAMapTheShortestTextOfACluster) {
  const std::vector<uint8_t> blob = tablesOf(kRules);
  const TokenizerTables names(blob.data(), blob.size());
  const auto mapped = [&](std::string_view text, LiteralRange literal) {
    return changed<TextMappedByClusters>(names, {text, literal, Start::Text});
  };
  EXPECT_EQ(mapped("ab", {}), "xb");
  EXPECT_EQ(mapped("a\u0300", {}), "x") << "the mark is lost";
  EXPECT_EQ(mapped("a\u0300\u0301\u0300", {}), "x\u0300'\u0300") << "of a long cluster each character";
  EXPECT_EQ(mapped("e\u0301", {}), "E");
  EXPECT_EQ(mapped("e\u0301\u0301\u0301", {}), "e'''");
  EXPECT_EQ(mapped("\r\n\r", {}), "RR");
  EXPECT_EQ(mapped("\u0600e\u0301", {}), "\u0600e'") << "a sign before belongs to it";
  EXPECT_EQ(mapped("a\xff\u0301", {}), "x\xff'") << "what is no character stays";
  EXPECT_EQ(mapped("za\u0300z", {2, 4}), "z[x]z");
}

TEST(TextChangesTest, HangulIsOneCluster) {
  const std::vector<uint8_t> blob = tablesOf({{"\u1161", "v"}});
  const TokenizerTables names(blob.data(), blob.size());
  const auto mapped = [&](std::string_view text) {
    return changed<TextMappedByClusters>(names, {text, {}, Start::Text});
  };
  EXPECT_EQ(mapped("\u1161\u0301"), "v");
  EXPECT_EQ(mapped("\u1100\u1161\u0301"), "\u1100v\u0301") << "a long one";
  EXPECT_EQ(mapped("\uac00\u1161\u0301"), "\uac00v\u0301");
  EXPECT_EQ(mapped("\uac01\u1161\u0301"), "\uac01v") << "no vowel follows a closed syllable";
}

template <FewerSpaces kWhich> std::string fewer(std::string_view text, LiteralRange literal = {}) {
  const std::vector<uint8_t> blob = tablesOf({});
  const TokenizerTables names(blob.data(), blob.size());
  return changed<TextWithFewerSpaces<kWhich>>(names, {text, literal, Start::Text});
}

TEST(TextChangesTest, OfManySpacesOne) {
  EXPECT_EQ(fewer<FewerSpaces::Inside>("  a   b \n  "), " a b \n ");
  EXPECT_EQ(fewer<FewerSpaces::InsideAndEnd>("  a   b \n  "), " a b");
  EXPECT_EQ(fewer<FewerSpaces::NoneAround>("  a   b \u2581 "), "a b");
  EXPECT_EQ(fewer<FewerSpaces::NoneAround>("\u2581\u2581a"), "\u2581\u2581a");
  EXPECT_EQ(fewer<FewerSpaces::NoneAround>(" \u2581 "), "");
  EXPECT_EQ(fewer<FewerSpaces::WhiteSpace>(" \na\t\u3000b \u2581c \u00a0"), "a b\u2581c");
  EXPECT_EQ(fewer<FewerSpaces::WhiteSpace>(" \n"), "");
  EXPECT_EQ(fewer<FewerSpaces::NoneAround>("a  b  ", {2, 6}), "a[ b]") << "typed in part";
  EXPECT_EQ(fewer<FewerSpaces::InsideAndEnd>("ab  ", {3, 4}), "ab[]");
}

TEST(TextChangesTest, NoSpaceIsPutBeforeNothing) {
  const std::vector<uint8_t> blob = tablesOf({});
  const TokenizerTables names(blob.data(), blob.size());
  using Both = TextInTurn<TextWithFewerSpaces<FewerSpaces::NoneAround>, MarkedSpaces<SpaceBefore::EveryPart>>;
  EXPECT_EQ(changed<Both>(names, {"  ", {}, Start::Text}), "");
  EXPECT_EQ(changed<Both>(names, {"  a ", {}, Start::Text}), " a");
  EXPECT_EQ(Both::longest(names, 4), 5u);
}

TEST(TextChangesTest, DamagedMaps) {
  const std::vector<uint8_t> blob = tablesOf(kRules);
  TokenizerHeader header;
  std::memcpy(&header, blob.data(), sizeof header);
  expectDamaged(blob, offsetof(TokenizerHeader, map_units), header.map_units + 2);
  expectDamaged(blob, offsetof(TokenizerHeader, map_count), 0x40000000);
  expectDamaged(blob, offsetof(TokenizerHeader, map_growth), kMostMapGrowth + 1);
  expectDamaged(blob, offsetof(TokenizerHeader, map_texts), header.text_bytes + 1);
}

/// What is found when the map is followed.
TEST(TextChangesTest, DamageInsideAMap) {
  const std::vector<uint8_t> blob = tablesOf({{"a", "x"}});
  TokenizerHeader header;
  std::memcpy(&header, blob.data(), sizeof header);
  const auto expectDamaged = [&](u32 unit, u32 number) {
    std::vector<uint8_t> damaged = blob;
    std::memcpy(damaged.data() + header.map_units + 4 * unit, &number, sizeof number);
    const TokenizerTables names(damaged.data(), damaged.size());
    EXPECT_FAILURE(changed<MappedText>(names, {"a", {}, Start::Text}), 1, "is damaged");
    EXPECT_EQ(changed<MappedText>(names, {"b", {}, Start::Text}), "b");
  };
  expectDamaged(256 ^ 'a', 'a' | 1 << 8 | 1 << 9 | 0x1ffffu << 10);
  expectDamaged(512, 1u << 31 | 1000);
  std::vector<uint8_t> longer = blob; // a text for which there is no room
  const u32 none = 0;
  std::memcpy(longer.data() + offsetof(TokenizerHeader, map_growth), &none, sizeof none);
  const TokenizerTables names(longer.data(), longer.size());
  EXPECT_FAILURE(changed<MappedText>(names, {"a", {}, Start::Text}), 1, "is damaged");
  std::vector<uint8_t> endless = blob; // the root is its own child
  const u32 root = 256 << 10, child = 'a' | (256u ^ 'a' ^ 256u) << 10;
  std::memcpy(endless.data() + header.map_units, &root, 4);
  std::memcpy(endless.data() + header.map_units + 4 * (256 ^ 'a'), &child, 4);
  const TokenizerTables circle(endless.data(), endless.size());
  EXPECT_EQ(changed<MappedText>(circle, {std::string(100, 'a'), {}, Start::Text}), std::string(100, 'a'));
}

} // namespace
