// Unigram vocabularies: scores, what is unknown, where texts are cut, what is not supported, damaged files.

#include "compiler/import/sentencepiece/ScoredVocabulary.h"
#include "compiler/import/huggingface/HuggingFaceTokenizer.h"

#include "HuggingFaceFolder.h"

#include <gtest/gtest.h>
#include <limits>

namespace weebill::tests {
namespace {

using nlohmann::json;
using Pieces = weights::TokenizerKind::Pieces;
using Type = sentencepiece::PieceType;

/// Seven, then the bytes.
std::vector<sentencepiece::Piece> somePieces() {
  std::vector<sentencepiece::Piece> pieces = {{"<unk>", 0, Type::Unknown},   {"<s>", 0, Type::Control},
                                              {"\u2581", -3, Type::Normal},  {"a", -2, Type::Normal},
                                              {"\u2581a", -1, Type::Normal}, {"<u>", -8, Type::UserDefined},
                                              {"b", -1, Type::Unused}};
  constexpr char kDigits[] = "0123456789ABCDEF";
  for (int byte = 0; byte < 256; ++byte)
    pieces.push_back({std::string("<0x") + kDigits[byte / 16] + kDigits[byte % 16] + ">", -40, Type::Byte});
  return pieces;
}

std::optional<importer::TokenizerData> read(const std::vector<sentencepiece::Piece> &pieces, std::string &problem) {
  return sentencepiece::tokenizerOfScores("t", pieces, 300, sentencepiece::kindOfPieces(true), problem);
}

std::vector<std::string> textsOf(const importer::TokenizerData &data) {
  std::vector<std::string> texts;
  for (const importer::TokenizerData::Score &piece : data.scores)
    texts.push_back(piece.text);
  return texts;
}

TEST(ScoredVocabularyTest, PiecesAndWhatTheyCost) {
  std::string problem;
  const std::optional<importer::TokenizerData> data = read(somePieces(), problem);
  ASSERT_TRUE(data) << problem;
  EXPECT_TRUE(data->kind.byScores);
  EXPECT_EQ(textsOf(*data), (std::vector<std::string>{" ", "a", " a", "<u>"})) << "no bytes, no marks, no padding";
  EXPECT_EQ(data->scores[2].id, 4);
  EXPECT_EQ(data->scores[2].score, -1);
  EXPECT_EQ(data->unknown, 0);
  EXPECT_EQ(data->unknownScore, -13) << "ten less than the worst that text becomes without a user's word";
  EXPECT_EQ(data->scores[3].score, -3.1F) << "the best for each byte, and a tenth less";
  EXPECT_TRUE(data->kind.singleSums);
  EXPECT_EQ(data->tokens[4], " a");
  EXPECT_EQ(data->tokens[17], "\n");
  EXPECT_EQ(data->bytes[10], 17);
  EXPECT_EQ(data->added.size(), 3u);
  EXPECT_TRUE(data->special[0] && data->special[1] && !data->special[5]);
}

/// Only where no piece has the border inside, and the space is never part of what is unknown.
TEST(ScoredVocabularyTest, WhereTextsAreCut) {
  std::string problem;
  std::vector<sentencepiece::Piece> pieces = somePieces();
  EXPECT_EQ(read(pieces, problem)->kind.pieces, Pieces::SpaceRuns);
  EXPECT_TRUE(read(pieces, problem)->kind.carriesSums);
  pieces.push_back({"a\u2581", -3, Type::Normal});
  EXPECT_EQ(read(pieces, problem)->kind.pieces, Pieces::Whole);
  EXPECT_FALSE(read(pieces, problem)->kind.carriesSums);
  pieces = somePieces();
  pieces[2].text = "c";
  EXPECT_EQ(read(pieces, problem)->kind.pieces, Pieces::Whole);
}

TEST(ScoredVocabularyTest, Damage) {
  std::string problem;
  std::vector<sentencepiece::Piece> pieces = somePieces();
  pieces[0].type = Type::Control;
  EXPECT_FALSE(read(pieces, problem));
  EXPECT_EQ(problem, "the unigram vocabulary has no token for unknown characters, which is not supported");
  const auto errorOf = [&](size_t place, sentencepiece::Piece piece) -> std::string {
    pieces = somePieces();
    pieces.resize(std::max(place + 1, pieces.size()), {"", 0, Type::Unused});
    pieces[place] = piece;
    try {
      read(pieces, problem);
    } catch (const importer::InputError &error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(errorOf(3, {"a", std::numeric_limits<float>::infinity(), Type::Normal}),
            "t: piece 3: has a score that is no number");
  EXPECT_EQ(errorOf(3, {"a", std::numeric_limits<float>::quiet_NaN(), Type::Normal}),
            "t: piece 3: has a score that is no number");
  EXPECT_EQ(errorOf(3, {"a", -1, Type(9)}), "t: piece 'a': has type 9");
  EXPECT_EQ(errorOf(3, {"", -1, Type::Normal}), "t: piece 3: has no text");
  EXPECT_EQ(errorOf(6, {"", -1, Type::Unused}), "") << "padding";
  EXPECT_EQ(errorOf(300, {"x", -1, Type::Normal}), "t: piece 300: 'x' has no row in the embedding matrix of 300");
  EXPECT_EQ(errorOf(300, {"x", -1, Type::Control}), "") << "no text becomes it";
}

TEST(ScoredVocabularyTest, WhatIsNotRead) {
  std::string problem;
  std::vector<sentencepiece::Piece> pieces = somePieces();
  pieces[3].text = std::string(257, 'a');
  EXPECT_FALSE(read(pieces, problem));
  EXPECT_EQ(problem, "the tokenizer has a piece of 257 bytes, supported are 256");
  pieces = somePieces();
  pieces[7 + 'a'].text = "<0x00>";
  EXPECT_FALSE(read(pieces, problem));
  EXPECT_EQ(problem, "the tokenizer falls back to bytes ('byte_fallback') and has no token for byte 97, which is not "
                     "supported");
  pieces = {{"<unk>", 0, Type::Unknown}, {"<s>", 0, Type::Control}};
  EXPECT_FALSE(read(pieces, problem));
  EXPECT_EQ(problem, "the unigram vocabulary has no piece that texts could become, which is not supported");
}

json unigram() {
  json content = SmallFolder().tokenizer;
  content["pre_tokenizer"] = nullptr;
  content["normalizer"] = json::parse(R"({"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"})");
  content["decoder"] = json::parse(R"({"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always"})");
  content["model"] = json::parse(R"({"type": "Unigram", "unk_id": 1, "byte_fallback": false, "vocab": [["<s>", 0.0],
      ["?", -1.5], ["\u2581", -2.0], ["a", -3.0], ["\u2581a", -4.25], ["a", -2.5], ["a b", -20.0], ["<0x0A>", 0.0]]})");
  content["added_tokens"] = json::parse(R"([{"id": 0, "content": "<s>", "special": true}])");
  return content;
}

std::optional<importer::TokenizerData> readJson(const json &content, std::string &problem) {
  return huggingface::readHuggingFaceTokenizer("t", json::parse(content.dump()), 16, problem);
}

TEST(ScoredVocabularyTest, TokenizerJson) {
  std::string problem;
  const std::optional<importer::TokenizerData> data = readJson(unigram(), problem);
  ASSERT_TRUE(data) << problem;
  EXPECT_EQ(textsOf(*data), (std::vector<std::string>{"?", " ", "a", " a", "<0x0A>"}));
  EXPECT_EQ(data->scores[2].id, 5) << "of one text twice the second";
  EXPECT_EQ(data->scores[2].score, -2.5);
  EXPECT_EQ(data->unknown, 1);
  EXPECT_EQ(data->unknownScore, -30) << "of pieces that no text has as well";
  EXPECT_EQ(data->tokens[7], "<0x0A>") << "the decoder knows no bytes";
  EXPECT_EQ(data->bytes[10], -1);
  EXPECT_TRUE(data->kind.dropsFirstSpace);
}

using Form = weights::TokenizerKind::Form;
using Fewer = weights::TokenizerKind::FewerSpaces;

/// What is done to a text first, in the forms that transformers' converters write.
TEST(ScoredVocabularyTest, NormalizersOfTokenizerJson) {
  const auto kindOf = [](const std::string &normalizers, const std::string &preTokenizer) {
    json content = unigram();
    content["normalizer"] = {{"type", "Sequence"}, {"normalizers", json::parse(normalizers)}};
    content["pre_tokenizer"] = json::parse(preTokenizer);
    std::string problem;
    const std::optional<importer::TokenizerData> data = readJson(content, problem);
    EXPECT_EQ(problem, "");
    return data ? data->kind : weights::TokenizerKind{};
  };
  const std::string marks = R"({"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"})";
  const std::string one = R"({"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "})";
  const std::string oneMark = R"({"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": "\u2581"})";
  const std::string strip = R"({"type": "Strip", "strip_left": false, "strip_right": true})";
  const std::string metaspace = R"({"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always"})";
  const std::string words =
      R"({"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, )" + metaspace + "]}";
  EXPECT_EQ(kindOf(R"([{"type": "NFKC"}, )" + marks + "]", "null").form, Form::KC);
  EXPECT_EQ(kindOf(R"([{"type": "NFC"}])", metaspace).form, Form::C);
  EXPECT_EQ(kindOf("[" + one + "]", metaspace).fewerSpaces, Fewer::Inside);
  EXPECT_EQ(kindOf("[" + strip + ", " + oneMark + "]", metaspace).fewerSpaces, Fewer::InsideAndEnd);
  EXPECT_EQ(kindOf("[" + strip + ", " + one + "]", words).fewerSpaces, Fewer::WhiteSpace);
  EXPECT_EQ(kindOf("[]", words).pieces, Pieces::Words);
}

TEST(ScoredVocabularyTest, TheMapOfTokenizerJson) {
  json content = unigram();
  content["pre_tokenizer"] =
      json::parse(R"({"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always"})");
  std::string problem;
  const auto read = [&](const json &map) {
    content["normalizer"] = {{"type", "Precompiled"}, {"precompiled_charsmap", map}};
    return readJson(content, problem);
  };
  EXPECT_EQ(read("BAAAAAAAAAA=")->kind.form, Form::MapOfClusters);
  EXPECT_EQ(read(nullptr)->kind.form, Form::AsItIs);
  EXPECT_THROW(read("no Base64"), importer::InputError);
  EXPECT_THROW(read("YQ=="), importer::InputError);
}

TEST(ScoredVocabularyTest, TokenizerJsonThatIsNotRead) {
  const auto change = [](const std::string &pointer, const json &value) -> std::string {
    json content = unigram();
    content[json::json_pointer(pointer)] = value;
    std::string problem;
    try {
      const bool isRead = readJson(content, problem).has_value();
      EXPECT_EQ(isRead, problem.empty());
    } catch (const importer::InputError &error) {
      return error.what();
    }
    return problem;
  };
  const std::string unknown =
      "the unigram vocabulary has no token for unknown characters ('unk_id'), which is not supported";
  EXPECT_NE(change("/normalizer", {{"type", "Strip"}, {"strip_left", false}, {"strip_right", false}}).find("'Strip'"),
            std::string::npos);
  const json strip = {{"type", "Strip"}, {"strip_left", false}, {"strip_right", true}};
  const json map = {{"type", "Precompiled"}, {"precompiled_charsmap", ""}};
  EXPECT_NE(change("/normalizer", {{"type", "Sequence"}, {"normalizers", {map, strip}}}).find("('Strip')"),
            std::string::npos);
  EXPECT_NE(change("/normalizer", {{"type", "Nmt"}}).find("'Nmt'"), std::string::npos);
  EXPECT_EQ(change("/model/unk_id", nullptr), unknown);
  EXPECT_EQ(change("/model/unk_id", 8), unknown);
  EXPECT_EQ(change("/model/unk_id", -1), unknown);
  EXPECT_EQ(change("/model/vocab/4/0", "\u2581\u2581"),
            "the tokenizer's decoder 'Metaspace' takes all spaces from the first token, and '  ' has several, which is "
            "not supported");
  EXPECT_EQ(change("/normalizer", {{"type", "Precompiled"}, {"precompiled_charsmap", "!"}}),
            "the tokenizer has scores and no normalizer for spaces and 0 pre-tokenizers, supported is one of the two");
  EXPECT_EQ(change("/model/vocab/3/0", std::string(300, 'a')),
            "the tokenizer has a piece of 300 bytes, supported are 256");
  EXPECT_EQ(change("/model/vocab", json::object()), "t: the vocabulary: is missing");
  EXPECT_EQ(change("/model/vocab", json::array()), "t: the vocabulary: is missing");
  for (const json &entry : {json("a"), json({"a"}), json({"a", "b"}), json({1, 2}), json({"a", 1, 2}), json(nullptr)})
    EXPECT_EQ(change("/model/vocab/3", entry), "t: piece 3: is not a text with a score") << entry;
  EXPECT_EQ(change("/added_tokens/0/id", 3), "t: token 3: is 'a' and has another text already");
  json content = unigram();
  for (int id = 8; id < 17; ++id)
    content["model"]["vocab"].push_back({"x" + std::to_string(id), -1});
  std::string problem;
  EXPECT_FALSE(readJson(content, problem));
  EXPECT_EQ(problem, "token 16 'x16' is outside the model's vocabulary of 16");
}

} // namespace
} // namespace weebill::tests
