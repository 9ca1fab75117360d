//===- LongLoopTest.cpp ---------------------------------------------------===//
//
// Whoever waits for an import can end it in every loop over a vocabulary, of every kind of tokenizer.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/LongLoop.h"
#include "compiler/import/ImportedModel.h"
#include "tests/unit/compiler/import/GgufBuilder.h"
#include "tests/unit/compiler/import/HuggingFaceFolder.h"

#include <gtest/gtest.h>

using namespace weebill;
using namespace weebill::importer;
using namespace weebill::tests;

namespace {

struct Enough {};

/// The questions of an import; each of them can end it.
int questionsOf(const std::string &path) {
  int questions = 0;
  EXPECT_TRUE(importModel(path, {.askToEnd = [&] { ++questions; }}).tokenizer);
  for (int last = 0; last < questions; ++last) {
    int asked = 0;
    const auto ask = [&] {
      if (asked++ == last)
        throw Enough();
    };
    EXPECT_THROW(importModel(path, {.askToEnd = ask}), Enough) << path << ", question " << last;
    EXPECT_EQ(asked, last + 1);
  }
  return questions;
}

TEST(LongLoopTest, AsksAtTheFirstTurnAndNowAndThen) {
  int questions = 0;
  const AskToEnd ask = [&] { ++questions; };
  LongLoop loop(ask);
  loop.turn();
  EXPECT_EQ(questions, 1);
  for (int turn = 1; turn < 20 * 4096; ++turn)
    loop.turn();
  EXPECT_EQ(questions, 20);
  LongLoop(AskToEnd()).turn(); // nobody waits
}

TEST(LongLoopTest, BytesWithMerges) {
  const ScratchFile file(smallLlama().bytes());
  EXPECT_EQ(questionsOf(file.path), 2); // tokens, merges
}

TEST(LongLoopTest, PiecesWithScores) {
  GgufBuilder builder = smallLlama();
  std::vector<std::string> texts;
  std::vector<int32_t> types;
  const char *digits = "0123456789ABCDEF";
  for (int byte = 0; byte < 256; ++byte) {
    texts.push_back(std::string("<0x") + digits[byte / 16] + digits[byte % 16] + ">");
    types.push_back(6);
  }
  texts.push_back("\u2581"); // the space
  types.push_back(1);
  builder.setText("tokenizer.ggml.model", "llama");
  builder.setTexts("tokenizer.ggml.tokens", texts);
  builder.setIntegers("tokenizer.ggml.token_type", types);
  builder.set("tokenizer.ggml.scores", 9, bytesOf<uint32_t>(6) + bytesOf<uint64_t>(257) + std::string(4 * 257, '\0'));
  builder.removeTensor("token_embd.weight");
  builder.addFloats("token_embd.weight", 257, 8, std::vector<float>(257 * 8, 0.5f));
  const ScratchFile file(builder.bytes());
  EXPECT_EQ(questionsOf(file.path), 1); // one loop object goes through all of it
}

TEST(LongLoopTest, AFolder) {
  const TemporaryFolder folder;
  SmallFolder().write(folder);
  EXPECT_GE(questionsOf(folder.path().string()), 2); // the text of tokenizer.json, and what it says
}

} // namespace
