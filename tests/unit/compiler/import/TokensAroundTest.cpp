// Several tokens before a text, by their numbers, and post-processors in a row, as the package `tokenizers` takes them.

#include "compiler/import/huggingface/HuggingFaceTokenizer.h"

#include "HuggingFaceFolder.h"

#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

using nlohmann::json;

std::optional<importer::TokenizerData> read(const json &processor, std::string &problem) {
  json content = SmallFolder().tokenizer;
  content["post_processor"] = processor;
  // As from a file: numbers written here as int are unsigned there.
  return huggingface::readHuggingFaceTokenizer("t", json::parse(content.dump()), 16, problem);
}

/// Why a tokenizer with this post-processor is left out.
std::string problemOf(const json &processor) {
  std::string problem;
  const bool found = read(processor, problem).has_value();
  EXPECT_EQ(found, problem.empty());
  return problem;
}

/// The package takes the numbers of a special token, whatever it and the vocabulary call them.
TEST(TokensAroundTest, SeveralTokensBeforeAText) {
  const json text = {{"Sequence", {{"id", "A"}}}};
  const auto token = [](const char *name) { return json{{"SpecialToken", {{"id", name}}}}; };
  const auto processor = [](const json &single, const json &m = {9, 1, 9}) {
    return json{{"type", "TemplateProcessing"},
                {"single", single},
                {"special_tokens", {{"<s>", {{"ids", {0}}}}, {"</s>", {{"ids", {1}}}}, {"m", {{"ids", m}}}}}};
  };
  const auto before = [&](const json &processor) {
    std::string problem;
    const auto data = read(processor, problem);
    EXPECT_TRUE(data) << problem;
    EXPECT_EQ(data->beginning, data->before.size() == 1 ? data->before[0] : -1);
    return data->before;
  };
  using Ids = std::vector<int32_t>;
  EXPECT_EQ(before(processor({token("</s>"), token("<s>"), text})), (Ids{1, 0}));
  EXPECT_EQ(before(processor({token("<s>"), token("<s>"), text, token("</s>")})), (Ids{0, 0}));
  EXPECT_EQ(before(processor({token("m"), text})), (Ids{9, 1, 9}));
  EXPECT_EQ(before(processor({token("m"), text}, json::array())), Ids());
  EXPECT_EQ(before(processor({token("m"), text}, {15})), (Ids{15})) << "a row that no token has";
  EXPECT_EQ(before({{"type", "BertProcessing"}, {"cls", {"other", 1}}, {"sep", {"</s>", 1}}}), (Ids{1}));

  EXPECT_EQ(problemOf(processor({token("m"), text}, {16})), "token 16 'm' is outside the model's vocabulary of 16");
  EXPECT_EQ(problemOf(processor({text, token("m")}, {4294967296})),
            "token 4294967296 'm' is outside the model's vocabulary of 16");
  EXPECT_EQ(problemOf(processor({token("m"), text}, {-1})),
            "the tokenizer puts 'm' beside every text, of which it tells no number");
  EXPECT_EQ(problemOf(processor({token("m"), text}, json::object())),
            "the tokenizer's template for what stands around a text names a token that it does not tell");
  EXPECT_EQ(problemOf(processor({token("m"), text}, std::vector<int>(64))), "");
  EXPECT_EQ(problemOf(processor({token("m"), text}, std::vector<int>(65))),
            "the tokenizer puts more than 64 tokens before or behind every text, which is not supported");
  EXPECT_NE(problemOf(processor({text, token("m"), token("m")}, std::vector<int>(40))), "");
  EXPECT_EQ(problemOf(processor({token("m"), {{"Sequence", {{"id", "B"}}}}})),
            "the tokenizer's template for what stands around a text names a token that it does not tell");
}

/// Behind one that puts tokens there, the package asks the next one's template for pairs.
TEST(TokensAroundTest, PostProcessorsInARow) {
  const json bytes = SmallFolder().tokenizer["post_processor"],
             pair = {{"type", "RobertaProcessing"}, {"cls", {"<s>", 0}}, {"sep", {"</s>", 1}}},
             nothing = {{"type", "TemplateProcessing"}, {"single", {{{"Sequence", {{"id", "A"}}}}}}};
  const auto row = [](const json &steps) { return json{{"type", "Sequence"}, {"processors", steps}}; };
  EXPECT_EQ(problemOf(row({bytes, pair, bytes})), "");
  EXPECT_EQ(problemOf(row({nothing, bytes, pair})), "");
  const char *const refused = "the tokenizer has another post-processor behind one that puts tokens around every text, "
                              "which is not supported";
  EXPECT_EQ(problemOf(row({pair, pair})), refused);
  EXPECT_EQ(problemOf(row({pair, bytes, nothing})), refused);
}

} // namespace
} // namespace weebill::tests
