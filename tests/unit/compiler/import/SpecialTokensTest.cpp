// What begins and ends a text where a GGUF file does not say it. Whole vocabularies of pieces:
// tests/emitted/test_stop_tokens.py.

#include "compiler/import/gguf/SpecialTokens.h"

#include "GgufBuilder.h"
#include "compiler/import/gguf/GgufFile.h"

#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

using Ids = std::vector<int32_t>;
using Token = std::optional<int64_t>;

/// The small model with a vocabulary of that kind, and no word on its ends.
GgufBuilder endless(const std::string &kind, const Ids &types = {2, 3, 3, 1, 1, 1, 1, 1, 1, 1}) {
  GgufBuilder builder = smallLlama();
  builder.setText("tokenizer.ggml.model", kind);
  builder.setIntegers("tokenizer.ggml.token_type", types);
  builder.setTexts("tokenizer.ggml.tokens", {"<unk>", "<s>", "</s>", "a", "b", "c", "d", "e", "f", "g"});
  for (const char *key : {"tokenizer.chat_template", gguf::kBeginningKey, gguf::kEndKey})
    builder.remove(key);
  return builder;
}

/// The tokens of both keys.
std::pair<Token, Token> ends(const GgufBuilder &builder) {
  const ScratchFile scratch(builder.bytes());
  const gguf::GgufFile file(scratch.path);
  return {specialToken(file.metadata(), gguf::kBeginningKey), specialToken(file.metadata(), gguf::kEndKey)};
}

TEST(SpecialTokensTest, VocabulariesOfPiecesHaveUsualOnes) {
  EXPECT_EQ(ends(endless("llama")), std::pair(Token(1), Token(2)));
  EXPECT_EQ(ends(endless("t5")), std::pair(Token(), Token(1)));
  EXPECT_EQ(ends(endless("gpt2")), std::pair(Token(), Token()));
}

TEST(SpecialTokensTest, AKeyDecides) {
  GgufBuilder builder = endless("llama");
  builder.setInteger(gguf::kBeginningKey, 5);
  EXPECT_EQ(ends(builder), std::pair(Token(5), Token(2)));
  builder.setInteger(gguf::kEndKey, 6);
  EXPECT_EQ(ends(builder), std::pair(Token(5), Token(6)));
  for (const char *key : {gguf::kBeginningKey, gguf::kEndKey})
    builder.setInteger(key, UINT32_MAX); // none
  EXPECT_EQ(ends(builder), std::pair(Token(), Token()));
}

TEST(SpecialTokensTest, TokensOfTextsAreNone) {
  EXPECT_EQ(ends(endless("llama", {2, 1, 3, 1, 1, 1, 1, 1, 1, 1})), std::pair(Token(), Token(2)));
  EXPECT_EQ(ends(endless("llama", {2, 3})), std::pair(Token(1), Token())); // types of a shorter vocabulary
  GgufBuilder untyped = endless("llama");
  untyped.remove("tokenizer.ggml.token_type");
  EXPECT_EQ(ends(untyped), std::pair(Token(), Token()));
}

TEST(SpecialTokensTest, UsualEndsStopATextWithANote) {
  const importer::ImportedModel model = import(endless("llama"), {.withoutTokenizer = true});
  EXPECT_EQ(model.stopTokens, Ids{2});
  EXPECT_EQ(model.notes, std::vector<std::string>{"'tokenizer.ggml.eos_token_id' is left out, so token 2 ends a text, "
                                                  "as llama.cpp takes it"});
}

} // namespace
} // namespace weebill::tests
