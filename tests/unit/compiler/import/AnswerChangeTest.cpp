// What becomes of answers that something is said after: thoughts, white space, and what is no such thing.

#include "compiler/import/chat/DeriveChatFormat.h"

#include <gtest/gtest.h>

namespace weebill::chat {
namespace {

using importer::Strip;

/// A template that prints an answer by `answer`, an expression over `c`, its text.
importer::ChatFormat formatWith(const std::string &answer, const std::string &statements = "") {
  importer::TokenizerData tokenizer;
  tokenizer.tokens = {"<s>", "</s>"};
  tokenizer.special = {true, true};
  tokenizer.added = {{0, "<s>"}, {1, "</s>"}};
  tokenizer.beginning = 0;
  tokenizer.end = 1;
  const std::string source =
      "{% for m in messages %}{% set c = m.content %}[{{ m.role }}]{% if m.role == 'assistant' %}" + statements +
      "{{ " + answer + " }}{% else %}{{ c }}{% endif %}</s>{% endfor %}{{ '[assistant]' if add_generation_prompt }}";
  const DerivedChat chat = deriveChatFormat(source, tokenizer);
  EXPECT_TRUE(chat.format) << chat.problem;
  return chat.format.value_or(importer::ChatFormat());
}

TEST(AnswerChangeTest, AnswersThatStay) {
  const importer::ChatFormat format = formatWith("c");
  EXPECT_EQ(format.answers.thoughtEnd, "");
  EXPECT_EQ(format.answers.strip, Strip::Nothing);
  EXPECT_EQ(format.answersProblem, "");
  EXPECT_FALSE(importer::changesAnswers(format));
}

TEST(AnswerChangeTest, ThoughtsThatGo) {
  importer::ChatFormat format = formatWith("c.split('</think>')[-1]");
  EXPECT_EQ(format.answers.thoughtEnd, "</think>");
  EXPECT_EQ(format.answers.stripAfterThought, Strip::Nothing);
  EXPECT_TRUE(importer::changesAnswers(format));
  format = formatWith("c.split('</think>')[-1].lstrip('\\n') if '</think>' in c else c");
  EXPECT_EQ(format.answers.strip, Strip::Nothing);
  EXPECT_EQ(format.answers.stripAfterThought, Strip::LineEndsBefore);
  format = formatWith("(c | trim).split('[/THINK]', 1)[-1].lstrip('\\n')");
  EXPECT_EQ(format.answers.thoughtEnd, "[/THINK]");
  EXPECT_EQ(format.answers.strip, Strip::Spaces);
  EXPECT_EQ(format.answers.stripAfterThought, Strip::LineEndsBefore);
  EXPECT_EQ(format.answersProblem, "");
}

TEST(AnswerChangeTest, ThoughtsThatNeedTheirBeginning) {
  const importer::ChatFormat format =
      formatWith("c.split('<channel|>')[-1] if '<|channel>' in c and '<channel|>' in c else c");
  EXPECT_EQ(format.answers.thoughtEnd, "<channel|>");
}

TEST(AnswerChangeTest, ThoughtsInAFormOfTheirOwn) {
  EXPECT_EQ(formatWith("c.replace('</think>', '</thought>')").answersProblem,
            "the chat template prints what stands before '</think>' in an earlier answer in a form of its own");
  EXPECT_EQ(formatWith("c if loop.index0 == messages | length - 2 else c.split('</think>')[-1]").answersProblem,
            "the chat template treats what stands before '</think>' in one answer otherwise than in another");
  const importer::ChatFormat refused =
      formatWith("c", "{% if '</think>' in c %}{{ raise_exception('no thoughts') }}{% endif %}");
  EXPECT_EQ(refused.answersProblem, "line 1: the template refuses: no thoughts");
  EXPECT_EQ(refused.answers.thoughtEnd, "");
}

} // namespace
} // namespace weebill::chat
