// tokenizer.json that was made from a SentencePiece model: spaces, bytes to fall back to, and what is not read.

#include "compiler/import/huggingface/HuggingFaceTokenizer.h"

#include "HuggingFaceFolder.h"

#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

using nlohmann::json;

/// SentencePiece's kind: all bytes, the space, two letters and what they make.
json characters() {
  json content = SmallFolder().tokenizer;
  content["pre_tokenizer"] = nullptr;
  content["normalizer"] = json::parse(R"({"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "\u2581"},
      {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}]})");
  content["decoder"] = json::parse(R"({"type": "Sequence", "decoders": [
      {"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"},
      {"type": "Strip", "content": " ", "start": 1, "stop": 0}]})");
  content["model"] = json::parse(R"({"type": "BPE", "unk_token": "<s>", "fuse_unk": true, "byte_fallback": true,
      "vocab": {"<s>": 0, "\u2581": 2, "a": 3, "\u2581a": 4, "\u2581\u2581": 5, "b c": 6},
      "merges": ["\u2581 a", "\u2581 \u2581"]})");
  for (int byte = 0; byte < 256; ++byte) {
    const char *digits = "0123456789ABCDEF";
    content["model"]["vocab"][std::string("<0x") + digits[byte / 16] + digits[byte % 16] + ">"] = 16 + byte;
  }
  return content;
}

std::optional<importer::TokenizerData> readCharacters(const json &content, std::string &problem) {
  return huggingface::readHuggingFaceTokenizer("t", json::parse(content.dump()), 300, problem);
}

std::string problemOfCharacters(const std::string &pointer, const json &value) {
  json content = characters();
  content[json::json_pointer(pointer)] = value;
  std::string problem;
  const bool found = readCharacters(content, problem).has_value();
  EXPECT_EQ(found, problem.empty());
  return problem;
}

TEST(SentencePieceTokenizerTest, VocabularyAndMerges) {
  std::string problem;
  const std::optional<importer::TokenizerData> data = readCharacters(characters(), problem);
  ASSERT_TRUE(data) << problem;
  EXPECT_TRUE(data->kind.marksSpaces);
  EXPECT_EQ(data->kind.spaceBefore, weights::TokenizerKind::SpaceBefore::EveryPart);
  EXPECT_TRUE(data->kind.marksFirst);
  EXPECT_EQ(data->kind.pieces, weights::TokenizerKind::Pieces::SpaceRuns) << "no token crosses words";
  EXPECT_EQ(data->kind.symbols, weights::TokenizerKind::Symbols::Characters);
  EXPECT_TRUE(data->kind.dropsFirstSpace);
  EXPECT_EQ(data->tokens[4], " a");
  EXPECT_EQ(data->tokens[16 + 0xe2], "\xe2");
  EXPECT_EQ(data->bytes[0xe2], 16 + 0xe2);
  ASSERT_EQ(data->words.size(), 2u); // single characters
  EXPECT_EQ(data->words[0].text, "a");
  EXPECT_EQ(data->words[1].text, " ");
  EXPECT_EQ(data->added[0].text, "<s>");
  EXPECT_EQ(data->added[2].text, " printed") << "looked for in what the normalizer makes";

  json crossing = characters();
  crossing["model"]["vocab"]["a\u2581"] = 7;
  crossing["model"]["merges"].push_back("a \u2581");
  EXPECT_EQ(readCharacters(crossing, problem)->kind.pieces, weights::TokenizerKind::Pieces::Whole);
}

TEST(SentencePieceTokenizerTest, Metaspace) {
  json content = characters();
  content["normalizer"] = nullptr;
  for (const auto &[scheme, before] : {std::pair("always", weights::TokenizerKind::SpaceBefore::EveryPartWithout),
                                       std::pair("first", weights::TokenizerKind::SpaceBefore::TextWithout),
                                       std::pair("never", weights::TokenizerKind::SpaceBefore::Nothing)})
    for (bool split : {false, true}) {
      content["pre_tokenizer"] = {
          {"type", "Metaspace"}, {"replacement", "\u2581"}, {"prepend_scheme", scheme}, {"split", split}};
      std::string problem;
      const std::optional<importer::TokenizerData> data = readCharacters(content, problem);
      ASSERT_TRUE(data) << problem;
      EXPECT_EQ(data->kind.spaceBefore, before);
      EXPECT_FALSE(data->kind.marksFirst);
      EXPECT_EQ(data->kind.pieces,
                split ? weights::TokenizerKind::Pieces::Words : weights::TokenizerKind::Pieces::SpaceRuns);
      EXPECT_EQ(data->added[2].text, "printed");
    }
  content["pre_tokenizer"] = {{"type", "Metaspace"}, {"replacement", "\u2581"}, {"add_prefix_space", false}};
  std::string problem;
  EXPECT_EQ(readCharacters(content, problem)->kind.spaceBefore, weights::TokenizerKind::SpaceBefore::Nothing);
}

TEST(SentencePieceTokenizerTest, KindsThatAreNotRead) {
  json content = characters();
  content["model"]["vocab"].erase("<0x0A>");
  std::string problem;
  EXPECT_FALSE(readCharacters(content, problem));
  EXPECT_EQ(problem,
            "the tokenizer falls back to bytes ('byte_fallback') and has no token for byte 10, which is not supported");
  content = characters(); // what no text falls back to may be missing
  content["model"]["vocab"]["\n"] = content["model"]["vocab"]["<0x0A>"];
  for (const char *text : {"<0x0A>", "<0xC0>", "<0xFF>"})
    content["model"]["vocab"].erase(text);
  EXPECT_TRUE(readCharacters(content, problem)) << problem;
  content = characters();
  content["model"]["vocab"].erase("\u2581");
  content["model"]["merges"] = json::array();
  EXPECT_FALSE(readCharacters(content, problem));
  EXPECT_EQ(problem, "the tokenizer has no token for the space (U+2581), which is not supported");

  EXPECT_EQ(
      problemOfCharacters("/normalizer", nullptr),
      "the tokenizer has 'byte_fallback' and no normalizer for spaces and 0 pre-tokenizers, supported is one of the "
      "two");
  EXPECT_EQ(
      problemOfCharacters("/pre_tokenizer", {{"type", "Metaspace"}}),
      "the tokenizer has 'byte_fallback' and a normalizer for spaces and 1 pre-tokenizer, supported is one of the "
      "two");
  EXPECT_EQ(problemOfCharacters("/normalizer/normalizers/1", {{"type", "NFKC"}}),
            "the tokenizer changes text otherwise than by putting U+2581 before it and for spaces (normalizer 'NFKC'), "
            "which is not supported");
  for (const char *place : {"/decoder/decoders/0/content", "/decoder/decoders/1/type", "/decoder/decoders/3/content"})
    EXPECT_NE(problemOfCharacters(place, "_").find("the tokenizer's decoder is not"), std::string::npos) << place;
  EXPECT_NE(problemOfCharacters("/decoder/decoders/3/start", 2), "");
  EXPECT_NE(problemOfCharacters("/decoder", nullptr), "");
  EXPECT_EQ(problemOfCharacters("/added_tokens/2/lstrip", true),
            "token 'printed' is matched with 'lstrip' in text whose spaces were changed, which is not supported");
  EXPECT_EQ(problemOfCharacters("/added_tokens/0/lstrip", true), "");
}

} // namespace
} // namespace weebill::tests
