// Vocabularies with scores: merges and their ranks, what is not supported, damaged files.

#include "compiler/import/sentencepiece/PieceVocabulary.h"
#include "compiler/import/sentencepiece/ModelFile.h"

#include "HuggingFaceFolder.h"

#include <cstring>
#include <gtest/gtest.h>
#include <limits>

namespace weebill::tests {
namespace {

std::vector<sentencepiece::Piece> somePieces() {
  std::vector<sentencepiece::Piece> pieces = {{"<unk>", 0, sentencepiece::PieceType::Unknown},
                                              {"<s>", 0, sentencepiece::PieceType::Control}};
  for (int byte = 0; byte < 256; ++byte) {
    const char *digits = "0123456789ABCDEF";
    pieces.push_back(
        {std::string("<0x") + digits[byte / 16] + digits[byte % 16] + ">", 0, sentencepiece::PieceType::Byte});
  }
  // 258 on
  for (const auto &[text, score] : std::vector<std::pair<std::string, float>>{
           {"\u2581a", -1}, {"ab", -2}, {"abb", -2}, {"a", -7}, {"b", -8}, {"\u2581", -9}, {"<u>", 0}})
    pieces.push_back(
        {text, score, text == "<u>" ? sentencepiece::PieceType::UserDefined : sentencepiece::PieceType::Normal});
  return pieces;
}

std::optional<importer::TokenizerData> read(const std::vector<sentencepiece::Piece> &pieces, std::string &problem) {
  return sentencepiece::tokenizerOfPieces("t", pieces, 300, sentencepiece::kindOfPieces(true), problem);
}

TEST(PieceVocabularyTest, MergesByScore) {
  std::string problem;
  const std::optional<importer::TokenizerData> data = read(somePieces(), problem);
  ASSERT_TRUE(data) << problem;
  EXPECT_EQ(data->kind.pieces, weights::TokenizerKind::Pieces::SpaceRuns);
  EXPECT_EQ(data->tokens[258], " a");
  EXPECT_EQ(data->tokens[2 + 10], "\n");
  EXPECT_EQ(data->bytes[10], 12);
  ASSERT_EQ(data->added.size(), 3u);
  EXPECT_EQ(data->added[2].text, "<u>");
  EXPECT_EQ(data->words.size(), 3u);
  const std::vector<std::vector<int32_t>> expected = {// left, right, result, rank; equal scores have equal ranks
                                                      {263, 261, 258, 1},
                                                      {261, 262, 259, 2},
                                                      {259, 262, 260, 2}};
  ASSERT_EQ(data->merges.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    const importer::TokenizerData::Merge &merge = data->merges[i];
    EXPECT_EQ((std::vector<int32_t>{merge.left, merge.right, merge.result, int32_t(merge.rank)}), expected[i]) << i;
  }
}

TEST(PieceVocabularyTest, AVocabularyThatCrossesWords) {
  std::vector<sentencepiece::Piece> pieces = somePieces();
  pieces.push_back({"a\u2581", -3, sentencepiece::PieceType::Normal});
  std::string problem;
  EXPECT_EQ(read(pieces, problem)->kind.pieces, weights::TokenizerKind::Pieces::Whole);
}

TEST(PieceVocabularyTest, WhatIsNotRead) {
  std::string problem;
  std::vector<sentencepiece::Piece> pieces = somePieces();
  pieces[260].type = sentencepiece::PieceType::Unused;
  EXPECT_FALSE(read(pieces, problem));
  EXPECT_EQ(problem, "the tokenizer has pieces that are not used although text contains them, such as 'abb', which is "
                     "not supported");
  pieces = somePieces();
  pieces[2].type = sentencepiece::PieceType::Normal;
  EXPECT_FALSE(read(pieces, problem));
  EXPECT_EQ(problem,
            "the tokenizer falls back to bytes ('byte_fallback') and has no token for byte 0, which is not supported");
  pieces = somePieces();
  pieces[260].text = std::string(257, 'a');
  EXPECT_FALSE(read(pieces, problem));
  EXPECT_EQ(problem, "the tokenizer has a piece of 257 bytes, supported are 256");
}

/// Rows that no text becomes: padding in every spelling, the second of one text, no text, and no row.
TEST(PieceVocabularyTest, WhatNoTextBecomesDoesNoHarm) {
  using Type = sentencepiece::PieceType;
  std::string problem;
  const std::vector<sentencepiece::Piece> plain = somePieces();
  const size_t merges = read(plain, problem)->merges.size();
  for (const sentencepiece::Piece &last :
       {sentencepiece::Piece{"[PAD]", -1000, Type::Unused}, sentencepiece::Piece{"", 0, Type::Unused},
        sentencepiece::Piece{"", 0, Type::Normal}, sentencepiece::Piece{"ab", -3, Type::Normal},
        sentencepiece::Piece{"ab", -3, Type::Unused}, sentencepiece::Piece{"<s>", 0, Type::Control}}) {
    std::vector<sentencepiece::Piece> pieces = plain;
    pieces.push_back(last);
    const std::optional<importer::TokenizerData> data = read(pieces, problem);
    if (last.text == "ab" && last.type == Type::Unused) { // two pieces make it
      EXPECT_NE(problem.find("such as 'ab'"), std::string::npos);
      continue;
    }
    ASSERT_TRUE(data) << problem;
    EXPECT_EQ(data->merges.size(), merges) << last.text;
    EXPECT_EQ(data->added.size(), 3u) << last.text;
    EXPECT_EQ(data->tokens[plain.size()], last.text);
  }
  std::vector<sentencepiece::Piece> pieces = plain;
  pieces.resize(301, {"[PAD]", 0, Type::UserDefined});
  ASSERT_TRUE(read(pieces, problem)) << problem;
}

std::string errorOf(const std::vector<sentencepiece::Piece> &pieces) {
  try {
    std::string problem;
    read(pieces, problem);
    return "no error, but '" + problem + "'";
  } catch (const importer::InputError &error) {
    return error.what();
  }
}

TEST(PieceVocabularyTest, Damage) {
  std::vector<sentencepiece::Piece> pieces = somePieces();
  pieces[260].score = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(errorOf(pieces), "t: piece 260: has a score that is no number");
  pieces = somePieces();
  pieces[260].type = sentencepiece::PieceType(99);
  EXPECT_EQ(errorOf(pieces), "t: piece 'abb': has type 99");
  pieces = std::vector<sentencepiece::Piece>(301);
  EXPECT_EQ(errorOf(pieces), "t: piece 300: '' has no row in the embedding matrix of 300");
}

std::string field(int number, const std::string &bytes) {
  return std::string{char(number << 3 | 2), char(bytes.size())} + bytes;
}

/// tokenizer.model with these pieces and settings.
std::string modelFile(const std::string &trainer, const std::string &normalizer) {
  std::string file;
  for (const sentencepiece::Piece &piece : somePieces()) {
    std::string score(4, '\0');
    std::memcpy(score.data(), &piece.score, 4);
    file += field(1, field(1, piece.text) + "\x15" + score + "\x18" + char(piece.type));
  }
  return file + field(2, trainer) + field(3, normalizer);
}

const std::string kTrainer = "\x18\x02\x98\x02\x01", kNormalizer = std::string("\x20\x00", 2);

std::optional<importer::TokenizerData> readFile(const std::string &bytes, bool legacy, std::string &problem) {
  return sentencepiece::readSentencePieceModel("m", bytes, 300, {.legacy = legacy, .spaceBefore = {}}, problem);
}

TEST(SentencePieceModelTest, PiecesAndSettings) {
  std::string problem;
  const std::optional<importer::TokenizerData> data = readFile(modelFile(kTrainer, kNormalizer), true, problem);
  ASSERT_TRUE(data) << problem;
  EXPECT_EQ(data->merges.size(), 3u);
  EXPECT_EQ(data->kind.spaceBefore, weights::TokenizerKind::SpaceBefore::EveryPart);
  EXPECT_TRUE(data->kind.dropsFirstSpace);
  const auto later = readFile(modelFile(kTrainer, kNormalizer), false, problem);
  EXPECT_EQ(later->kind.spaceBefore, weights::TokenizerKind::SpaceBefore::TextWithout);
  const auto bare = readFile(modelFile(kTrainer, kNormalizer + std::string("\x18\x00", 2)), true, problem);
  EXPECT_EQ(bare->kind.spaceBefore, weights::TokenizerKind::SpaceBefore::Nothing);
  EXPECT_FALSE(bare->kind.dropsFirstSpace);
}

/// What is done to a text first, of merges and of unigram pieces.
TEST(SentencePieceModelTest, NormalizerOfTheFile) {
  using Kind = weights::TokenizerKind;
  std::string problem;
  EXPECT_EQ(readFile(modelFile(kTrainer, kNormalizer), true, problem)->kind.form, Kind::Form::AsItIs);
  EXPECT_EQ(readFile(modelFile(kTrainer, ""), true, problem)->kind.fewerSpaces, Kind::FewerSpaces::NoneAround);
  const std::string map("\4\0\0\0\0\0\0\0", 8); // without rules
  EXPECT_EQ(readFile(modelFile(kTrainer, kNormalizer + field(2, map)), true, problem)->kind.form, Kind::Form::Map);
  EXPECT_THROW(readFile(modelFile(kTrainer, field(2, "x")), true, problem), importer::InputError);
}

TEST(SentencePieceModelTest, WhatIsNotRead) {
  const auto problemOf = [](const std::string &trainer, const std::string &normalizer) {
    std::string problem;
    EXPECT_FALSE(readFile(modelFile(trainer, normalizer), true, problem));
    return problem;
  };
  EXPECT_EQ(problemOf("\x18\x03", kNormalizer),
            "the SentencePiece model is neither BPE nor unigram (model_type 3), which is not supported");
  EXPECT_NE(problemOf("\x18\x02", kNormalizer).find("'byte_fallback'"), std::string::npos);
  EXPECT_NE(problemOf(kTrainer + "\xc0\x01\x01", kNormalizer).find("'treat_whitespace_as_suffix'"), std::string::npos);
}

TEST(SentencePieceModelTest, CutFilesAreRefusedOrIncomplete) {
  const std::string whole = modelFile(kTrainer, kNormalizer);
  for (size_t length = 0; length < whole.size(); ++length)
    try {
      std::string problem;
      EXPECT_FALSE(readFile(whole.substr(0, length), true, problem)) << length;
      EXPECT_NE(problem, "");
    } catch (const importer::InputError &error) {
      EXPECT_EQ(std::string(error.what()).find("m: the file: "), 0u);
    }
  std::string problem;
  EXPECT_THROW(readFile("\x0b", true, problem), importer::InputError);                  // a type that there is no more
  EXPECT_THROW(readFile(std::string(12, '\xff'), true, problem), importer::InputError); // a number without end
}

} // namespace
} // namespace weebill::tests
