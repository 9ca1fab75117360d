//===- CalibrationTextTest.cpp --------------------------------------------===//
//
// Which tokens of a text a model is run over, and what is no text for it.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/CalibrationText.h"

#include "tests/unit/support/TemporaryFolder.h"

#include <array>
#include <fstream>
#include <gtest/gtest.h>

using namespace weebill;
using namespace weebill::api;
using namespace weebill::tests;

namespace {

class CalibrationTextTest : public testing::Test {
protected:
  CalibrationTextTest() {
    model.path = "bird.gguf";
    model.architecture.context = 2048;
    importer::TokenizerData tokenizer;
    tokenizer.kind.pieces = weights::TokenizerKind::Pieces::Smollm;
    for (int byte = 0; byte < 256; ++byte) {
      tokenizer.tokens.push_back(std::string{char(byte)});
      tokenizer.bytes[size_t(byte)] = byte;
    }
    tokenizer.special.assign(256, false);
    model.tokenizer = tokenizer;
  }

  std::string file(const std::string &text) {
    std::ofstream(folder.path() / "text") << text;
    return (folder.path() / "text").string();
  }

  std::string complaint(const std::string &path) {
    try {
      calibrationText(path, model);
    } catch (const importer::InputError &error) {
      return error.what();
    }
    return "none";
  }

  TemporaryFolder folder;
  importer::ImportedModel model;
};

std::string digits(size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i)
    text += char('0' + i / 100 % 10);
  return text;
}

TEST_F(CalibrationTextTest, SequencesComeFromAllOverTheText) {
  const std::string text = digits(20000);
  const Sequences sequences = calibrationText(file(text), model);
  EXPECT_EQ(sequences.length, 512);
  ASSERT_EQ(sequences.tokens.size(), 12u * 512);
  EXPECT_EQ(sequences.tokens.front(), text.front());
  EXPECT_EQ(sequences.tokens.back(), text.back());
  for (size_t sequence = 0; sequence < 12; ++sequence)
    EXPECT_EQ(sequences.tokens[sequence * 512], text[(20000 - 512) * sequence / 11]) << sequence;
}

TEST_F(CalibrationTextTest, AShortTextMakesFewerAndASmallContextShorterOnes) {
  EXPECT_EQ(calibrationText(file(digits(1100)), model).tokens.size(), 2u * 512);
  model.architecture.context = 100;
  const Sequences sequences = calibrationText(file(digits(1100)), model);
  EXPECT_EQ(sequences.length, 100);
  EXPECT_EQ(sequences.tokens.size(), 11u * 100);
}

TEST_F(CalibrationTextTest, EverySequenceBeginsAsTextsDo) {
  model.tokenizer->before = {7, 3};
  const Sequences sequences = calibrationText(file(digits(1100)), model);
  ASSERT_EQ(sequences.tokens.size(), 2u * 512);
  for (size_t first : {0, 512}) {
    EXPECT_EQ(sequences.tokens[first], 7);
    EXPECT_EQ(sequences.tokens[first + 1], 3);
  }
}

TEST_F(CalibrationTextTest, DrawnTokensAreThoseOfTheWholeVocabulary) {
  model.architecture.vocabulary = 49152;
  const Sequences drawn = drawnTokens(model);
  ASSERT_EQ(drawn.tokens.size(), 4u * 512);
  EXPECT_EQ(drawn.tokens, drawnTokens(model).tokens);
  std::array<int, 8> of{};
  for (int32_t token : drawn.tokens) {
    ASSERT_TRUE(token >= 0 && token < 49152) << token;
    ++of[size_t(token / 6144)];
  }
  for (int count : of)
    EXPECT_NEAR(count, 256, 75); // five standard deviations
  model.architecture.context = 100;
  EXPECT_EQ(drawnTokens(model).length, 100);
  EXPECT_EQ(drawnTokens(model).tokens.size(), 400u);
}

TEST_F(CalibrationTextTest, WhatIsNoTextIsRefused) {
  const std::string path = (folder.path() / "text").string();
  EXPECT_EQ(complaint(file(std::string("a\0b", 3))), "--calibrate: '" + path + "' is not text in UTF-8");
  EXPECT_EQ(complaint(file("\xff\xfe")), "--calibrate: '" + path + "' is not text in UTF-8");
  EXPECT_EQ(complaint(file("\xc3(")), "--calibrate: '" + path + "' is not text in UTF-8");
  EXPECT_EQ(complaint(file("\xf0\x9f\x90\xa6 is a bird")),
            "--calibrate: '" + path +
                "' has 14 tokens, which is too short: some thousands are well, at least 512 are needed");
  EXPECT_EQ(complaint("/no/such/text"), "--calibrate: cannot read '/no/such/text': No such file or directory");
  model.tokenizer.reset();
  EXPECT_EQ(complaint(path), "--calibrate: 'bird.gguf' has no tokenizer to read a text with");
}

} // namespace
