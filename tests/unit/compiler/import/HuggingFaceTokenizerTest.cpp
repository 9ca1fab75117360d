// tokenizer.json: vocabulary, merges, added tokens; kinds that are not read leave a reason, damage is an error.

#include "compiler/import/huggingface/HuggingFaceTokenizer.h"

#include "HuggingFaceFolder.h"

#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

using nlohmann::json;

json small() { return SmallFolder().tokenizer; }

std::optional<importer::TokenizerData> read(const json &content, std::string &problem) {
  // As from a file: numbers written here as int are unsigned there.
  return huggingface::readHuggingFaceTokenizer("t", json::parse(content.dump()), 16, problem);
}

/// Why a tokenizer with the value at `pointer` replaced is left out.
std::string problemOf(const std::string &pointer, const json &value, json content = small()) {
  content[json::json_pointer(pointer)] = value;
  std::string problem;
  const bool found = read(content, problem).has_value();
  EXPECT_EQ(found, problem.empty());
  return problem;
}

/// The complaint about a damaged tokenizer.
std::string errorOf(const std::string &pointer, const json &value) {
  try {
    return "no error, but the problem '" + problemOf(pointer, value) + "'";
  } catch (const importer::InputError &error) {
    return error.what();
  }
}

TEST(HuggingFaceTokenizerTest, VocabularyAndMerges) {
  std::string problem = "old";
  const std::optional<importer::TokenizerData> data = read(small(), problem);
  ASSERT_TRUE(data);
  EXPECT_EQ(problem, "");
  EXPECT_EQ(data->kind.pieces, weights::TokenizerKind::Pieces::Gpt2);
  const std::vector<std::string> tokens = {"<s>", "</s>",    "a", "b", " ", "ab", " ab", "",
                                           "",    "printed", "",  "",  "",  "",   "",    ""};
  EXPECT_EQ(data->tokens, tokens); // rows of the matrix that are nobody's are empty
  for (size_t id = 0; id < tokens.size(); ++id)
    EXPECT_EQ(data->special[id], id < 2) << id;
  ASSERT_EQ(data->added.size(), 3u);
  EXPECT_EQ(data->added[0].text, "<s>");
  EXPECT_FALSE(data->added[0].inChangedText);
  EXPECT_EQ(data->added[2].id, 9);
  EXPECT_TRUE(data->added[2].inChangedText);
  EXPECT_EQ(data->bytes['a'], 2);
  EXPECT_EQ(data->bytes['c'], -1);
  ASSERT_EQ(data->merges.size(), 2u); // one is a text, one a pair
  EXPECT_EQ(data->merges[0].left, 2);
  EXPECT_EQ(data->merges[0].right, 3);
  EXPECT_EQ(data->merges[0].result, 5);
  EXPECT_EQ(data->merges[1].left, 4);
  EXPECT_EQ(data->merges[1].right, 5);
  EXPECT_EQ(data->merges[1].result, 6);
  EXPECT_EQ(data->beginning, -1);
  EXPECT_TRUE(data->before.empty());
}

TEST(HuggingFaceTokenizerTest, Digits) {
  json content = small();
  const json digits = {{"type", "Digits"}, {"individual_digits", true}}, bytes = content["pre_tokenizer"];
  const auto sequence = [](const json &steps) { return json{{"type", "Sequence"}, {"pretokenizers", steps}}; };
  content["pre_tokenizer"] = sequence({digits, bytes});
  std::string problem;
  EXPECT_EQ(read(content, problem)->kind.pieces, weights::TokenizerKind::Pieces::Smollm);
  EXPECT_EQ(problemOf("/pre_tokenizer", sequence(json::array({bytes}))), "");
  EXPECT_NE(problemOf("/pre_tokenizer", sequence({bytes, digits})), "");
  EXPECT_NE(problemOf("/pre_tokenizer", sequence({digits, digits})), "");
  EXPECT_NE(problemOf("/pre_tokenizer", sequence({digits, bytes, bytes})), "");
  EXPECT_NE(problemOf("/pre_tokenizer", sequence(json::array())), "");
  EXPECT_EQ(problemOf("/pre_tokenizer/pretokenizers/0/individual_digits", false, content),
            "the pre-tokenizer keeps numbers together ('individual_digits' is false), which is not supported");
}

TEST(HuggingFaceTokenizerTest, TokensAroundATextThatAreRead) {
  const json text = {{"Sequence", {{"id", "A"}}}}, token = {{"SpecialToken", {{"id", "<s>"}}}};
  const auto processor = [&](const json &single) {
    return json{{"type", "TemplateProcessing"},
                {"single", single},
                {"special_tokens", {{"<s>", {{"id", "<s>"}, {"ids", {0}}}}}}};
  };
  json content = small();
  content["post_processor"] = processor({token, text});
  std::string problem;
  const std::optional<importer::TokenizerData> data = read(content, problem);
  ASSERT_TRUE(data) << problem;
  EXPECT_TRUE(data->addsBeginning());
  EXPECT_EQ(data->beginning, 0);
  EXPECT_EQ(problemOf("/post_processor", processor(json::array({text}))), "");
  EXPECT_EQ(data->behind, "");
  content["post_processor"] = processor({token, text, token, token});
  EXPECT_EQ(read(content, problem)->behind, "<s><s>");
  EXPECT_EQ(read(content, problem)->beginning, 0);
  content["post_processor"] = processor({text, token});
  EXPECT_FALSE(read(content, problem)->addsBeginning());
  content["post_processor"] = processor({token, text});
  EXPECT_EQ(problemOf("/post_processor", processor({{{"SpecialToken", {{"id", "<x>"}}}}, text})),
            "the tokenizer's template for what stands around a text names a token that it does not tell");
  EXPECT_EQ(problemOf("/post_processor", processor(json::array({token}))),
            "the tokenizer's template for what stands around a text has the text 0 times, which is not supported");
  const json both = {{"type", "Sequence"}, {"processors", {content["post_processor"], small()["post_processor"]}}};
  content["post_processor"] = both;
  EXPECT_TRUE(read(content, problem)->addsBeginning());
  content["post_processor"] = {{"type", "RobertaProcessing"}, {"cls", {"<s>", 0}}, {"sep", {"a", 1}}};
  EXPECT_EQ(read(content, problem)->beginning, 0);
  EXPECT_EQ(read(content, problem)->behind, "</s>") << "the number decides, not the name";
  EXPECT_EQ(problemOf("/post_processor", {{"type", "BertProcessing"}, {"cls", {"<s>", 0}}}),
            "the post-processor 'BertProcessing' has no 'sep', which is not supported");
  EXPECT_EQ(problemOf("/post_processor", {{"type", "Other"}}), "the post-processor 'Other' is not supported");
}

TEST(HuggingFaceTokenizerTest, KindsThatAreNotRead) {
  EXPECT_EQ(problemOf("/model/type", "WordPiece"),
            "the tokenizer's model is 'WordPiece', supported are 'BPE' and 'Unigram'");
  EXPECT_EQ(problemOf("/model/byte_fallback", true), "the tokenizer falls back to bytes ('byte_fallback') and has no "
                                                     "token for byte 0, which is not supported");
  EXPECT_NE(problemOf("/model/end_of_word_suffix", "</w>").find("'end_of_word_suffix'"), std::string::npos);
  EXPECT_NE(problemOf("/model/dropout", 0.1).find("'dropout'"), std::string::npos);
  EXPECT_EQ(problemOf("/model/dropout", 0.0), "");
  EXPECT_EQ(
      problemOf("/normalizer", {{"type", "Nmt"}}),
      "the tokenizer changes text before it cuts it (normalizer 'Nmt'), supported are NFC, NFD, NFKC, NFKD, Lowercase, "
      "StripAccents, Strip, and Replace of a text");
  EXPECT_EQ(problemOf("/decoder", {{"type", "Metaspace"}}),
            "the tokenizer's decoder is 'Metaspace', supported is 'ByteLevel'");
  const json bytes = small()["decoder"], twice = {{"type", "Sequence"}, {"decoders", {bytes, bytes}}};
  for (const json &none : {json(), json{{"type", "Sequence"}, {"decoders", json::array()}}})
    EXPECT_EQ(problemOf("/decoder", none),
              "the tokenizer has no decoder, so text would come out in the letters that stand for bytes: give "
              "tokenizer.json a 'decoder' of the type 'ByteLevel'");
  EXPECT_EQ(problemOf("/decoder", twice), "the tokenizer has the decoder 'ByteLevel' 2 times, supported is one");
  const std::string neither = "the tokenizer has neither a pre-tokenizer 'ByteLevel' nor 'byte_fallback': supported is "
                              "BPE that knows all bytes";
  EXPECT_EQ(problemOf("/pre_tokenizer", {{"type", "Split"}}), neither);
  EXPECT_EQ(problemOf("/pre_tokenizer", nullptr), neither);
  EXPECT_NE(problemOf("/pre_tokenizer/add_prefix_space", true).find("'add_prefix_space'"), std::string::npos);
  EXPECT_NE(problemOf("/pre_tokenizer/use_regex", false).find("'use_regex'"), std::string::npos);
  EXPECT_EQ(problemOf("/added_tokens/1/rstrip", true), "");
  json content = small();
  content["added_tokens"][2]["content"] = "\tprinted";
  EXPECT_EQ(problemOf("/added_tokens/1/rstrip", true, content),
            "token '</s>' takes spaces after it ('rstrip') and token '\\x09printed' may begin with one, which is not "
            "supported");
  EXPECT_EQ(problemOf("/model/unk_token", "<s>"), "the tokenizer has '<s>' for unknown bytes and only 3 of the 256 "
                                                  "bytes, which is not supported");
  EXPECT_EQ(problemOf("/added_tokens/2/id", 16), "token 16 'printed' is outside the model's vocabulary of 16");
}

/// What no text becomes does no harm: padding beyond the rows, letters that stand for no byte.
TEST(HuggingFaceTokenizerTest, Padding) {
  EXPECT_EQ(problemOf("/model/vocab/\u00a9\u4e00", 10), "");
  EXPECT_EQ(problemOf("/model/vocab/[PAD]", 16), "");
  EXPECT_EQ(problemOf("/model/vocab/c", 16), "token 16 'c' is outside the model's vocabulary of 16");
  json content = small();
  content["model"]["vocab"]["bb"] = 20;
  content["model"]["merges"].push_back("b b");
  std::string problem;
  EXPECT_FALSE(read(content, problem));
  EXPECT_EQ(problem, "merge 2 makes 'bb', which is outside the model's vocabulary of 16");
  content["model"]["merges"][2] = "bb a"; // of something that is never made
  EXPECT_EQ(read(content, problem)->merges.size(), 2u);
}

/// A pre-tokenizer that cuts with a regular expression, then makes bytes.
json splitting(const std::string &expression) {
  return {{"type", "Sequence"},
          {"pretokenizers",
           {{{"type", "Split"}, {"pattern", {{"Regex", expression}}}, {"behavior", "Isolated"}, {"invert", false}},
            {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}}}}};
}

const std::string kLlama3 = R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|)"
                            R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

TEST(HuggingFaceTokenizerTest, ExpressionsAreKnownLetterByLetter) {
  json content = small();
  content["pre_tokenizer"] = splitting(kLlama3);
  content["model"]["ignore_merges"] = true;
  std::string problem;
  const std::optional<importer::TokenizerData> data = read(content, problem);
  ASSERT_TRUE(data) << problem;
  EXPECT_EQ(data->kind.pieces, weights::TokenizerKind::Pieces::Llama3);
  EXPECT_TRUE(data->kind.wholeWords);
  ASSERT_EQ(data->words.size(), 5u); // all but the special token that is in the vocabulary as well
  EXPECT_EQ(problemOf("/pre_tokenizer", splitting("\\p{N}")),
            "the pre-tokenizer's regular expression '\\p{N}' is not known");
  EXPECT_NE(problemOf("/pre_tokenizer", splitting(kLlama3 + " ")), "");
  const std::string isolated = "the pre-tokenizer 'Split' does not cut text into the matches of a regular expression "
                               "('Isolated', or 'Removed' and inverted), which is not supported";
  EXPECT_EQ(problemOf("/pre_tokenizer/pretokenizers/0/behavior", "Removed", content), isolated);
  EXPECT_EQ(problemOf("/pre_tokenizer/pretokenizers/0/invert", true, content), isolated);
  EXPECT_EQ(problemOf("/pre_tokenizer/pretokenizers/0/pattern", {{"String", "a"}}, content), isolated);
  EXPECT_EQ(problemOf("/pre_tokenizer/pretokenizers/1/use_regex", true, content),
            "the pre-tokenizer cuts text after 'Split' once more ('use_regex' is true), which is not supported");
}

/// One after the other, all of them, and nothing between their matches thrown away.
TEST(HuggingFaceTokenizerTest, SeveralExpressions) {
  json content = small();
  const auto cutting = [](const std::vector<std::string> &expressions) {
    json steps = json::array();
    for (const std::string &expression : expressions)
      steps.push_back(splitting(expression)["pretokenizers"][0]);
    steps.push_back(splitting("")["pretokenizers"][1]);
    return json{{"type", "Sequence"}, {"pretokenizers", steps}};
  };
  std::vector<std::string> expressions = {
      R"(\p{N}{1,3})", "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+",
      R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+|)"
      R"( ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"};
  content["pre_tokenizer"] = cutting(expressions);
  std::string problem;
  const std::optional<importer::TokenizerData> data = read(content, problem);
  ASSERT_TRUE(data) << problem;
  EXPECT_EQ(data->kind.pieces, weights::TokenizerKind::Pieces::DeepSeek3);
  for (json &step : content["pre_tokenizer"]["pretokenizers"])
    if (step["type"] == "Split") {
      step["behavior"] = "Removed";
      step["invert"] = true;
    }
  EXPECT_FALSE(read(content, problem));
  expressions.pop_back();
  EXPECT_EQ(problemOf("/pre_tokenizer", cutting(expressions)),
            "the pre-tokenizer's regular expression '\\p{N}{1,3}', then "
            "'[\\xe4\\xb8\\x80-\\xe9\\xbe\\xa5\\xe3\\x81\\x80-\\xe3\\x82\\x9f\\xe3\\x82\\xa0-"
            "\\xe3\\x83\\xbf]+' is not known");
  // The name of a step is no expression.
  EXPECT_NE(problemOf("/pre_tokenizer", cutting({"Digits", kLlama3})), "");
}

TEST(HuggingFaceTokenizerTest, SingleWords) {
  json content = small();
  std::string problem;
  EXPECT_FALSE(read(content, problem)->kind.singleWords);
  content["added_tokens"][1]["single_word"] = true;
  const std::optional<importer::TokenizerData> data = read(content, problem);
  ASSERT_TRUE(data) << problem;
  EXPECT_TRUE(data->kind.singleWords);
  EXPECT_FALSE(data->added[0].isSingleWord);
  EXPECT_TRUE(data->added[1].isSingleWord);
}

TEST(HuggingFaceTokenizerTest, FormC) {
  json content = small();
  content["normalizer"] = {{"type", "NFC"}};
  std::string problem;
  EXPECT_EQ(read(content, problem)->kind.form, weights::TokenizerKind::Form::C);
  // What is looked for in normalized text must be known in its normalized form.
  EXPECT_EQ(problemOf("/added_tokens/2/content", "<\uff5cUser\u2581\uff5c>", content), "");
  EXPECT_EQ(
      problemOf("/added_tokens/2/content", "e\u0301", content),
      "the added token 'e\\xcc\\x81' is 'normalized' and has letters that NFC might change, which is not supported");
  EXPECT_EQ(problemOf("/added_tokens/1/content", "e\u0301", content), "");
  content["normalizer"] = {{"type", "NFKC"}};
  EXPECT_EQ(read(content, problem)->kind.form, weights::TokenizerKind::Form::KC);
  EXPECT_EQ(
      problemOf("/added_tokens/2/content", "<\uff5cUser>", content),
      "the added token '<\\xef\\xbd\\x9cUser>' is 'normalized' and has letters that NFKC might change, which is not "
      "supported");
  EXPECT_NE(problemOf("/added_tokens/2/content", "\u00bd", content), "");
  EXPECT_EQ(problemOf("/added_tokens/2/content", "<|User|>", content), "");
}

TEST(HuggingFaceTokenizerTest, Damage) {
  EXPECT_EQ(errorOf("/model/vocab/c", 2), "t: token 2: is 'c' and has another text already");
  EXPECT_EQ(errorOf("/model/vocab/printed", 11), "t: token 11: 'printed' is token 9 already");
  EXPECT_EQ(errorOf("/model/vocab/c", -1), "t: token 'c': has no id");
  EXPECT_EQ(errorOf("/model/vocab/c", "2"), "t: token 'c': has no id");
  EXPECT_EQ(errorOf("/added_tokens/1/content", ""), "t: added_tokens: has a token without text or id");
  EXPECT_EQ(errorOf("/added_tokens/1", 5), "t: added_tokens: has a token without text or id");
  EXPECT_EQ(errorOf("/model/vocab", 5), "t: the vocabulary: is missing");
  EXPECT_EQ(errorOf("/model/merges", nullptr), "t: the merges: are missing");
  EXPECT_EQ(errorOf("/model/merges/0", "a x"), "t: merge 0: 'x' is not a token");
  EXPECT_EQ(errorOf("/model/merges/0", "b a"), "t: merge 0: 'ba' is not a token");
  for (const json &merge : {json("ab"), json(" b"), json("a "), json("a b c"), json(3), json({"a"}), json({"a", 3})})
    EXPECT_NE(errorOf("/model/merges/0", merge).find("is not two tokens with one space"), std::string::npos) << merge;
  EXPECT_EQ(errorOf("/model/merges/1", "a b"), "t: merge 1: 'a b' occurs twice");
}

} // namespace
} // namespace weebill::tests
