// Tokens beside a vocabulary: which file decides, which ids they get, what is kept of their flags.

#include "compiler/import/huggingface/AddedTokenFiles.h"

#include <gtest/gtest.h>
#include <stdexcept>

namespace weebill::tests {
namespace {

using huggingface::AddedTokenFiles;
using huggingface::BaseVocabulary;
using nlohmann::json;

/// A vocabulary of five, one of which is added already.
BaseVocabulary base() {
  BaseVocabulary made;
  made.idOf = [](const std::string &text) -> std::optional<int64_t> {
    const size_t at = std::string("abcd").find(text);
    return text.size() == 1 && at != std::string::npos ? std::optional<int64_t>(int64_t(at)) : std::nullopt;
  };
  made.size = 5;
  made.own = json::parse(R"([{"id": 4, "content": "<s>", "special": true, "normalized": false}])");
  return made;
}

/// "4 <s>!, 5 <x>": ids and texts, special ones with a mark, normalized ones with another.
std::string tokensOf(const std::string &settings, const std::string &map = "{}", const std::string &added = "{}") {
  const AddedTokenFiles files = {json::parse(settings), json::parse(map), json::parse(added)};
  std::string all;
  for (const json &token : huggingface::completeAddedTokens(base(), files, files.effectiveSettings("")))
    all += (all.empty() ? "" : ", ") + token["id"].dump() + " " + token["content"].get<std::string>() +
           (token["special"] == true ? "!" : "") + (token.value("normalized", false) ? "~" : "");
  return all;
}

TEST(AddedTokenFilesTest, TheDecoder) {
  EXPECT_EQ(tokensOf("{}"), "4 <s>!");
  // Its numbers give an order only: a new token gets the next id, one of the vocabulary keeps its own.
  EXPECT_EQ(tokensOf(R"({"added_tokens_decoder": {"12": {"content": "<y>", "special": true},
                                                   "10": {"content": "<x>"}, "11": {"content": "c"}}})"),
            "4 <s>!, 5 <x>~, 2 c~, 6 <y>!");
}

TEST(AddedTokenFilesTest, FlagsThatChange) {
  EXPECT_EQ(tokensOf(R"({"added_tokens_decoder": {"4": {"content": "<s>", "normalized": true}}})"), "4 <s>!~");
  EXPECT_EQ(tokensOf(R"({"eos_token": "<x>", "added_tokens_decoder": {"5": {"content": "<x>"}}})"), "4 <s>!, 5 <x>!~");
}

TEST(AddedTokenFilesTest, SpecialTokensInOrder) {
  EXPECT_EQ(tokensOf(R"({"pad_token": "<p>", "eos_token": {"content": "<e>"}, "unk_token": null, "bos_token": "<s>",
                         "additional_special_tokens": ["<t>", "<p>", "a"], "extra_special_tokens": {"x_token": "<z>"}})"),
            "4 <s>!, 5 <e>!, 6 <p>!, 7 <t>!, 0 a!, 8 <z>!");
}

TEST(AddedTokenFilesTest, OlderFiles) {
  EXPECT_EQ(tokensOf("{}", "{}", R"({"<x>": 6, "<y>": 5})"), "4 <s>!, 5 <y>~, 6 <x>~");
  EXPECT_EQ(tokensOf(R"({"eos_token": "<y>"})", R"({"eos_token": "<x>"})", R"({"<x>": 6, "<y>": 5})"),
            "4 <s>!, 5 <y>~, 6 <x>!");
  EXPECT_EQ(tokensOf("{}", "{}", R"({"<x>": 4})"), "4 <s>!") << "the vocabulary's own list stands above";
  EXPECT_EQ(tokensOf(R"({"added_tokens_decoder": {}})", R"({"eos_token": "<x>"})", R"({"<y>": 5})"), "4 <s>!")
      << "who has a decoder is asked alone";
}

TEST(AddedTokenFilesTest, DefaultsOfAClass) {
  const auto settings = [](const char *text, const char *map = "{}") {
    return AddedTokenFiles{json::parse(text), json::parse(map), {}}.effectiveSettings("");
  };
  EXPECT_EQ(settings(R"({"tokenizer_class": "LlamaTokenizerFast"})")["eos_token"], "</s>");
  EXPECT_TRUE(settings(R"({"tokenizer_class": "LlamaTokenizer", "eos_token": null})")["eos_token"].is_null());
  EXPECT_EQ(settings(R"({"tokenizer_class": "Qwen2Tokenizer"})")["eos_token"], "<|endoftext|>");
  EXPECT_FALSE(settings(R"({"tokenizer_class": "Qwen2Tokenizer"})").contains("bos_token"));
  EXPECT_FALSE(settings(R"({"tokenizer_class": "PreTrainedTokenizerFast"})").contains("eos_token"));
  EXPECT_EQ(settings(R"({"additional_special_tokens": ["a"]})",
                     R"({"additional_special_tokens": ["a", "b"]})")["additional_special_tokens"],
            json({"a", "b"}));
}

TEST(AddedTokenFilesTest, Damage) {
  const auto errorOf = [](const std::string &settings, const std::string &added = "{}") -> std::string {
    try {
      return "no error, but " + tokensOf(settings, "{}", added);
    } catch (const std::invalid_argument &error) {
      return error.what();
    }
  };
  EXPECT_EQ(errorOf(R"({"added_tokens_decoder": 5})"), "'added_tokens_decoder' is not an object");
  EXPECT_EQ(errorOf(R"({"added_tokens_decoder": {"5": "x"}})"), "'added_tokens_decoder' has a token without text");
  EXPECT_EQ(errorOf(R"({"added_tokens_decoder": {"-1": {"content": "x"}}})"),
            "'added_tokens_decoder' has the key '-1', which is no number of a token");
  EXPECT_EQ(errorOf("{}", R"({"<x>": "5"})"), "added_tokens.json gives '<x>' no number of a token");
}

} // namespace
} // namespace weebill::tests
