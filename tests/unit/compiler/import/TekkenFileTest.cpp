// tekken.json: tokens as bytes with ranks, and what is refused of it.

#include "compiler/import/huggingface/TekkenFile.h"

#include "HuggingFaceFolder.h"
#include "compiler/import/ImportedModel.h"
#include "compiler/import/huggingface/UnsupportedTokenizer.h"

#include <filesystem>
#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

using nlohmann::json;

constexpr const char *kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string base64(const std::string &bytes) {
  std::string text;
  for (size_t at = 0; at < bytes.size(); at += 3) {
    uint32_t bits = 0;
    for (size_t i = 0; i < 3; ++i)
      bits = bits << 8 | (at + i < bytes.size() ? uint8_t(bytes[at + i]) : 0);
    for (size_t i = 0; i < 4; ++i)
      text += at + i > bytes.size() ? '=' : kDigits[bits >> (18 - 6 * i) & 63];
  }
  return text;
}

/// All bytes, "ab", "bc", "abc", and one that is cut off; four special tokens, of which two are named.
json small() {
  json vocabulary = json::array();
  const auto add = [&](const std::string &bytes) {
    vocabulary.push_back({{"rank", vocabulary.size()}, {"token_bytes", base64(bytes)}, {"token_str", nullptr}});
  };
  for (int byte = 0; byte < 256; ++byte)
    add(std::string(1, char(byte)));
  for (const char *bytes : {"ab", "bc", "abc", "zz"})
    add(bytes);
  return {
      {"config",
       {{"pattern",
         R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)"},
        {"num_vocab_tokens", 260},
        {"default_vocab_size", 263},
        {"default_num_special_tokens", 4},
        {"version", "v7"}}},
      {"vocab", vocabulary},
      {"special_tokens",
       {{{"rank", 0}, {"token_str", "<unk>"}, {"is_control", true}},
        {{"rank", 1}, {"token_str", "<s>"}, {"is_control", true}}}}};
}

importer::TokenizerData read(const json &content, int64_t vocabulary = 264) {
  return huggingface::readTekkenFile("t", json::parse(content.dump()), vocabulary, {}); // numbers as files have them
}

/// What is thrown once the value at the pointer is another.
std::string complaint(const std::string &pointer, const json &value, int64_t vocabulary = 264) {
  json content = small();
  content[json::json_pointer(pointer)] = value;
  try {
    read(content, vocabulary);
    return "";
  } catch (const std::runtime_error &error) {
    return error.what();
  }
}

TEST(TekkenFileTest, TokensStandBehindSpecialOnes) {
  const importer::TokenizerData data = read(small());
  EXPECT_EQ(data.kind.pieces, weights::TokenizerKind::Pieces::Tekken);
  EXPECT_TRUE(data.kind.wholeWords);
  EXPECT_EQ(data.tokens.size(), 264u);
  EXPECT_EQ(data.tokens[1], "<s>");
  EXPECT_EQ(data.tokens[3], "<SPECIAL_3>");
  EXPECT_EQ(data.tokens[4 + 258], "abc");
  EXPECT_EQ(data.tokens[263], ""); // a row that is nobody's, and not the token that is cut off
  EXPECT_EQ(data.bytes[255], 4 + 255);
  EXPECT_EQ(data.beginning, 1);
  EXPECT_TRUE(data.addsBeginning());
  EXPECT_EQ(data.end, -1); // not among the named
  EXPECT_EQ(data.added.size(), 4u);
  // a + b, b + c, a + bc and ab + c: one token, one rank, whichever way it is made.
  ASSERT_EQ(data.merges.size(), 4u);
  EXPECT_EQ(data.merges[2].result, 4 + 258);
  EXPECT_EQ(data.merges[2].rank, data.merges[3].rank);
  EXPECT_LT(data.merges[1].rank, data.merges[2].rank);
  json old = small();
  old.erase("special_tokens");
  old["config"]["default_num_special_tokens"] = 20;
  old["config"]["default_vocab_size"] = 279;
  EXPECT_EQ(read(old, 300).tokens[19], "[TOOL_CONTENT]");
  EXPECT_EQ(read(old, 300).end, 2);
}

TEST(TekkenFileTest, WhatIsNotRead) {
  EXPECT_EQ(complaint("/config/pattern", "x+"), "the tokenizer's regular expression 'x+' is not known");
  EXPECT_EQ(complaint("/config/default_vocab_size", 265), "the tokenizer has 265 tokens, the model's vocabulary 264");
  EXPECT_EQ(complaint("/config/default_vocab_size", "many"),
            "t: 'default_vocab_size' of 'config': is missing or no number of tokens");
  EXPECT_EQ(complaint("/config/default_num_special_tokens", 264),
            "t: 'default_num_special_tokens' of 'config': is 264 of 263 tokens in all");
  EXPECT_EQ(complaint("/config", nullptr), "t: 'config': is missing");
  EXPECT_EQ(complaint("/vocab", json::array()), "t: 'vocab': is no list of 259 tokens");
  EXPECT_EQ(complaint("/vocab/7/rank", 8), "t: token 7: has another rank");
  EXPECT_EQ(complaint("/vocab/7/token_bytes", "?"), "t: token 7: has no bytes, or they are no Base64");
  EXPECT_EQ(complaint("/vocab/7/token_bytes", ""), "t: token 7: has no bytes, or they are no Base64");
  EXPECT_EQ(complaint("/vocab/257/token_bytes", base64("ab")), "t: token 257: has the bytes of another token");
  EXPECT_EQ(complaint("/vocab/257/token_bytes", base64(std::string(257, 'a'))),
            "token 257 has 257 bytes, supported are 256");
  EXPECT_EQ(complaint("/vocab/97/token_bytes", base64("xyz")),
            "the tokenizer has no token for byte 97, which is not supported");
  EXPECT_EQ(complaint("/special_tokens/1/token_str", "<unk>"), "t: special token 1: '<unk>' is there twice");
  EXPECT_EQ(complaint("/special_tokens/1/rank", 5), "t: special token 1: has no text, or another rank");
  EXPECT_EQ(complaint("/config/default_num_special_tokens", 1), "t: 'special_tokens': has 2 tokens, 'config' says 1");
}

TEST(TekkenFileTest, CountsWhereThereIsNothingElse) {
  SmallFolder content;
  const TemporaryFolder folder;
  content.files["tekken.json"] = "{}";
  content.write(folder);
  EXPECT_TRUE(importer::importModel(folder.path().string()).tokenizer); // tokenizer.json decides
  std::filesystem::remove(folder.path() / "tokenizer.json");
  EXPECT_THROW(importer::importModel(folder.path().string()), importer::InputError);
  EXPECT_FALSE(importer::importModel(folder.path().string(), {.withoutTokenizer = true}).tokenizer);
  content.files["tekken.json"] = small().dump();
  content.write(folder);
  std::filesystem::remove(folder.path() / "tokenizer.json");
  const importer::ImportedModel model = importer::importModel(folder.path().string());
  EXPECT_NE(model.tokenizerProblem.find("the tokenizer has 263 tokens, the model's vocabulary"), std::string::npos);
}

} // namespace
} // namespace weebill::tests
