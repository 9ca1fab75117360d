// A sentence for each way in which the tokenizer inside a GGUF file is damaged, or of a kind that is not supported.

#include "GgufBuilder.h"

#include "compiler/import/gguf/PreTokenizer.h"

#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

/// A change to the small model, and what it makes: the problem of a model without a tokenizer, or an error.
struct Case {
  void (*change)(GgufBuilder &);
  const char *text;
};

void PrintTo(const Case &c, std::ostream *out) { *out << c.text; }

class UnsupportedTest : public testing::TestWithParam<Case> {};

TEST_P(UnsupportedTest, LeavesTheModelWithoutTokenizer) {
  GgufBuilder builder = smallLlama();
  GetParam().change(builder);
  const importer::ImportedModel model = import(builder);
  EXPECT_FALSE(model.tokenizer);
  EXPECT_EQ(model.tokenizerProblem, GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, UnsupportedTest,
    testing::Values(
        Case{
            [](GgufBuilder &b) { b.setText("tokenizer.ggml.model", "bert"); },
            "the tokenizer is of kind 'bert', supported are 'gpt2' (byte-level BPE), 'llama' (SentencePiece's BPE) and "
            "'t5' (its unigram vocabularies)"},
        Case{[](GgufBuilder &b) { b.setFlag("tokenizer.ggml.add_space_prefix", true); },
             "the tokenizer puts a space before every text ('tokenizer.ggml.add_space_prefix'), which is not "
             "supported"}));

TEST(GgufTokenizerRefusalsTest, AnUnknownWayToCutIsRefused) {
  GgufBuilder builder = smallLlama();
  builder.setText("tokenizer.ggml.pre", "laguna");
  const std::string count = std::to_string(gguf::preTokenizerNames().size());
  EXPECT_EQ(import(builder).tokenizerProblem,
            "the pre-tokenizer is 'laguna', none of the " + count + " names that docs/import.md lists");
  builder.setText("tokenizer.ggml.pre", "qwen-2");
  EXPECT_EQ(import(builder).tokenizerProblem, "the pre-tokenizer is 'qwen-2', none of the " + count +
                                                  " names that docs/import.md lists (the closest is 'qwen2')");
}

class DamagedTest : public testing::TestWithParam<Case> {};

TEST_P(DamagedTest, IsRefused) {
  GgufBuilder builder = smallLlama();
  GetParam().change(builder);
  EXPECT_EQ(importError(builder), GetParam().text);
}

void setMerge(GgufBuilder &builder, const std::string &merge) {
  builder.setTexts("tokenizer.ggml.merges", {"a b", merge});
}
void setTypes(GgufBuilder &builder, int32_t last) {
  builder.setIntegers("tokenizer.ggml.token_type", {3, 3, 4, 1, 1, 1, 1, 1, 1, last});
}

INSTANTIATE_TEST_SUITE_P(
    Damages, DamagedTest,
    testing::Values(
        Case{[](GgufBuilder &b) { b.remove("tokenizer.ggml.tokens"); }, "metadata 'tokenizer.ggml.tokens': is missing"},
        Case{[](GgufBuilder &b) { b.remove("tokenizer.ggml.merges"); }, "metadata 'tokenizer.ggml.merges': is missing"},
        Case{[](GgufBuilder &b) { b.setText("tokenizer.ggml.model", "llama"); },
             "metadata 'tokenizer.ggml.scores': has 0 scores for 10 tokens"},
        Case{[](GgufBuilder &b) { b.setTexts("tokenizer.ggml.tokens", {"a"}); },
             "metadata 'tokenizer.ggml.token_type': has 10 types for 1 tokens"},
        Case{[](GgufBuilder &b) {
               b.setTexts("tokenizer.ggml.tokens", std::vector<std::string>(11, "a"));
               b.remove("tokenizer.ggml.token_type");
             },
             "token 10: 'a' has no row in the embedding matrix of 10"},
        Case{[](GgufBuilder &b) { b.setIntegers("tokenizer.ggml.token_type", {1, 1}); },
             "metadata 'tokenizer.ggml.token_type': has 2 types for 10 tokens"},
        Case{[](GgufBuilder &b) { setTypes(b, 6); }, "token 9: has type 6, a byte-level tokenizer has types 1 to 5"},
        Case{[](GgufBuilder &b) { setTypes(b, -1); }, "token 9: has type -1, a byte-level tokenizer has types 1 to 5"},
        Case{[](GgufBuilder &b) { setMerge(b, "ab"); }, "merge 1: 'ab' is not two tokens with one space between them"},
        Case{[](GgufBuilder &b) { setMerge(b, "a b c"); },
             "merge 1: 'a b c' is not two tokens with one space between them"},
        Case{[](GgufBuilder &b) { setMerge(b, " b"); }, "merge 1: ' b' is not two tokens with one space between them"},
        Case{[](GgufBuilder &b) { setMerge(b, "b "); }, "merge 1: 'b ' is not two tokens with one space between them"},
        Case{[](GgufBuilder &b) { setMerge(b, "d a"); }, "merge 1: 'd' is not a token"},
        Case{[](GgufBuilder &b) { setMerge(b, "a d"); }, "merge 1: 'd' is not a token"},
        Case{[](GgufBuilder &b) { setMerge(b, "b a"); }, "merge 1: 'ba' is not a token"},
        Case{[](GgufBuilder &b) { setMerge(b, "a b"); }, "merge 1: 'a b' occurs twice"},
        Case{[](GgufBuilder &b) {
               b.setFlag("tokenizer.ggml.add_bos_token", true);
               b.remove("tokenizer.ggml.bos_token_id");
             },
             "metadata 'tokenizer.ggml.add_bos_token': is true, but there is no 'tokenizer.ggml.bos_token_id' inside "
             "the "
             "vocabulary"}));

} // namespace
} // namespace weebill::tests
