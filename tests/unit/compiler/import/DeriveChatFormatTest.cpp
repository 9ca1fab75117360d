// What templates of the usual families put around messages, and why some have no such form.

#include "compiler/import/chat/DeriveChatFormat.h"

#include <gtest/gtest.h>

namespace weebill::chat {
namespace {

/// A vocabulary of special tokens only; the first two begin and end texts.
importer::TokenizerData tokenizerOf(const std::vector<std::string> &tokens) {
  importer::TokenizerData tokenizer;
  tokenizer.tokens = tokens;
  tokenizer.special.assign(tokens.size(), true);
  for (size_t id = 0; id < tokens.size(); ++id)
    tokenizer.added.push_back({int32_t(id), tokens[id]});
  tokenizer.beginning = 0;
  tokenizer.end = 1;
  return tokenizer;
}

TEST(DeriveChatFormatTest, ChatMlWithADefaultSystemMessage) {
  const chat::DerivedChat chat = chat::deriveChatFormat(
      "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\n"
      "Be kind.<|im_end|>\n' }}{% endif %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + "
      "'<|im_end|>' + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
      tokenizerOf({"<|im_start|>", "<|im_end|>"}));
  ASSERT_TRUE(chat.format) << chat.problem;
  EXPECT_EQ(chat.format->beforeFirst, "<|im_start|>system\nBe kind.<|im_end|>\n");
  EXPECT_EQ(chat.format->userPrefix, "<|im_start|>user\n");
  EXPECT_EQ(chat.format->userSuffix, "<|im_end|>\n");
  EXPECT_EQ(chat.format->assistantPrefix, "<|im_start|>assistant\n");
  EXPECT_EQ(chat.format->assistantSuffix, "<|im_end|>\n");
  EXPECT_EQ(chat.format->systemPrefix, "<|im_start|>system\n");
  EXPECT_EQ(chat.format->systemSuffix, "<|im_end|>\n");
  EXPECT_EQ(chat.format->systemProblem, "");
  EXPECT_EQ(chat.format->stopTokens, std::vector<int32_t>{1});
  EXPECT_EQ(chat.format->userStrip, importer::Strip::Nothing);
}

/// A thought that the prompt for an answer opens is not there before an earlier answer.
TEST(DeriveChatFormatTest, APromptThatOpensAThought) {
  const std::string source =
      "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
      "{% if add_generation_prompt %}<|im_start|>assistant\n<think>\n{% if enable_thinking is false %}\n</think>\n\n"
      "{% endif %}{% endif %}";
  const importer::TokenizerData tokenizer = tokenizerOf({"<|im_start|>", "<|im_end|>"});
  const chat::DerivedChat chat = chat::deriveChatFormat(source, tokenizer);
  ASSERT_TRUE(chat.format) << chat.problem;
  EXPECT_EQ(chat.format->userSuffix, "<|im_end|>\n");
  EXPECT_EQ(chat.format->assistantPrefix, "<|im_start|>assistant\n");
  EXPECT_EQ(chat.format->answerPrefix, "<|im_start|>assistant\n<think>\n");
  EXPECT_EQ(chat.format->given, "");
  const chat::DerivedChat without =
      chat::deriveChatFormat(source, tokenizer, {}, {.variables = {"enable_thinking=false"}});
  ASSERT_TRUE(without.format) << without.problem;
  EXPECT_EQ(without.format->answerPrefix, "<|im_start|>assistant\n<think>\n</think>\n\n");
  EXPECT_EQ(without.format->given, "enable_thinking=false");
}

TEST(DeriveChatFormatTest, DatesAndMacros) {
  const importer::TokenizerData tokenizer = tokenizerOf({"<s>", "</s>"});
  const std::string source =
      "{% macro turn(m) %}{{ m.role }}: {{ m.content }}\n{% endmacro %}{{ strftime_now('%d %b %Y') "
      "}}\n{% for m in messages %}{{ turn(m) }}{% endfor %}assistant: ";
  EXPECT_EQ(chat::deriveChatFormat(source, tokenizer).problem,
            "the chat template is beyond what is supported: line 2: the template asks for the date of the day, which "
            "'--date YYYY-MM-DD' fixes");
  const chat::DerivedChat chat = chat::deriveChatFormat(source, tokenizer, {}, {.date = "2026-11-26"});
  ASSERT_TRUE(chat.format) << chat.problem;
  EXPECT_EQ(chat.format->beforeFirst + chat.format->userPrefix, "26 Nov 2026\nuser: ");
  EXPECT_EQ(chat.format->given, "the date 2026-11-26");
}

// What closes a conversation without a prompt (the end token) is not what closes an answer, and pieces may not be cut
// inside "<|eot|>".
TEST(DeriveChatFormatTest, AnEndTokenAfterTheLastMessageOnly) {
  const chat::DerivedChat chat = chat::deriveChatFormat(
      "{% for message in messages %}{% set content = '<|head|>' + message.role + '<|/head|>\n\n' + message.content | "
      "trim + '<|eot|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}"
      "{% endfor %}{% if add_generation_prompt %}<|head|>assistant<|/head|>\n\n{% else %}{{ eos_token }}{% endif %}",
      tokenizerOf({"<|begin|>", "<|end|>", "<|head|>", "<|/head|>", "<|eot|>"}));
  ASSERT_TRUE(chat.format) << chat.problem;
  EXPECT_EQ(chat.format->beforeFirst, "<|begin|>");
  EXPECT_EQ(chat.format->userPrefix, "<|head|>user<|/head|>\n\n");
  EXPECT_EQ(chat.format->userSuffix, "<|eot|>");
  EXPECT_EQ(chat.format->assistantPrefix, "<|head|>assistant<|/head|>\n\n");
  EXPECT_EQ(chat.format->assistantSuffix, "<|eot|>");
  EXPECT_EQ(chat.format->systemPrefix, "<|begin|><|head|>system<|/head|>\n\n");
  EXPECT_EQ(chat.format->systemSuffix, "<|eot|>");
  EXPECT_EQ(chat.format->stopTokens, (std::vector<int32_t>{1, 4}));
  EXPECT_EQ(chat.format->userStrip, importer::Strip::Spaces);
}

// A system message goes into the first user message.
TEST(DeriveChatFormatTest, InstructionBrackets) {
  const chat::DerivedChat chat = chat::deriveChatFormat(
      "{% set system = '' %}{% for m in messages %}{% if m.role == 'system' %}{% set rest = 1 %}{% elif m.role == "
      "'user' %}{{ bos_token + '[INST] ' + ('<<' + messages[0].content + '>>' if loop.index0 == 1 and messages[0].role "
      "== 'system' else '') + m.content.strip() + ' [/INST]' }}{% else %}{{ ' ' + m.content.strip() + ' ' + eos_token "
      "}}{% endif %}{% endfor %}",
      tokenizerOf({"<s>", "</s>"}));
  ASSERT_TRUE(chat.format) << chat.problem;
  EXPECT_EQ(chat.format->beforeFirst, "");
  EXPECT_EQ(chat.format->userPrefix, "<s>[INST] ");
  EXPECT_EQ(chat.format->userSuffix, " [/INST]");
  EXPECT_EQ(chat.format->assistantPrefix, " ");
  EXPECT_EQ(chat.format->answerPrefix, "");
  EXPECT_EQ(chat.format->answers.strip, importer::Strip::Spaces);
  EXPECT_EQ(chat.format->assistantSuffix, " </s>");
  EXPECT_EQ(chat.format->systemPrefix, "<s>[INST] <<");
  EXPECT_EQ(chat.format->systemSuffix, ">>");
  EXPECT_EQ(chat.format->userPrefixAfterSystem, "");
  EXPECT_EQ(chat.format->systemStrip, importer::Strip::Nothing);
  EXPECT_EQ(chat.format->systemProblem, "");
  EXPECT_EQ(chat.format->stopTokens, std::vector<int32_t>{1});
  EXPECT_EQ(chat.format->userStrip, importer::Strip::Spaces);
}

// Only what the user wrote decides: an answer stays as the model wrote it.
TEST(DeriveChatFormatTest, StrippingAnswersIsNotStrippingContent) {
  const chat::DerivedChat chat = chat::deriveChatFormat(
      "{{ bos_token }}{% for m in messages %}{% if m.role == 'assistant' %}{{ ' ' + m.content | trim + eos_token }}"
      "{% else %}{{ '[' + m.content + ']' }}{% endif %}{% endfor %}",
      tokenizerOf({"<s>", "</s>"}));
  ASSERT_TRUE(chat.format) << chat.problem;
  EXPECT_EQ(chat.format->beforeFirst, "<s>");
  EXPECT_EQ(chat.format->userPrefix, "[");
  EXPECT_EQ(chat.format->assistantSuffix, "</s>");
  EXPECT_EQ(chat.format->systemPrefix, "<s>[");
  EXPECT_EQ(chat.format->userStrip, importer::Strip::Nothing);
}

TEST(DeriveChatFormatTest, SystemMessagesMayBeStrippedWhereUserMessagesAreNot) {
  const chat::DerivedChat chat = chat::deriveChatFormat(
      "{% for m in messages %}{{ '<' ~ m.role ~ '>' ~ (m.content if m.role == 'user' else m.content | trim) }}"
      "{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}",
      tokenizerOf({"<s>", "</s>"}));
  ASSERT_TRUE(chat.format) << chat.problem;
  EXPECT_EQ(chat.format->systemPrefix, "<system>");
  EXPECT_EQ(chat.format->systemStrip, importer::Strip::Spaces);
  EXPECT_EQ(chat.format->userStrip, importer::Strip::Nothing);
  EXPECT_EQ(chat.format->systemProblem, "");
}

TEST(DeriveChatFormatTest, SystemMessagesThatStandElsewhere) {
  const chat::DerivedChat chat = chat::deriveChatFormat(
      "{% for m in messages if m.role != 'system' %}{% if loop.last and messages[0].role == 'system' %}"
      "{{ messages[0].content }}{% endif %}<{{ m.content }}>{% endfor %}{{ '<' if add_generation_prompt }}",
      tokenizerOf({"<s>", "</s>"}));
  ASSERT_TRUE(chat.format) << chat.problem;
  EXPECT_EQ(chat.format->systemProblem,
            "the chat template does not print a longer conversation as the sum of its messages");
}

/// What asks for an answer need not be what stands before an earlier one.
TEST(DeriveChatFormatTest, AnotherTextBeforeEarlierAnswers) {
  const chat::DerivedChat chat = chat::deriveChatFormat(
      "{% for m in messages %}<{{ m.role }}>{{ '<think></think>' if m.role == 'assistant' }}"
      "{{ m.content }}</end>{% endfor %}{% if add_generation_prompt %}<assistant><think>{% endif %}",
      tokenizerOf({"<s>", "</s>"}));
  ASSERT_TRUE(chat.format) << chat.problem;
  EXPECT_EQ(chat.format->userSuffix, "</end>");
  EXPECT_EQ(chat.format->answerPrefix, "<assistant><think>");
  EXPECT_EQ(chat.format->assistantPrefix, "<assistant><think></think>");
  EXPECT_TRUE(importer::changesAnswers(*chat.format));
}

TEST(DeriveChatFormatTest, ATemplateMayRefuseSystemMessages) {
  const chat::DerivedChat chat = chat::deriveChatFormat(
      "{{ bos_token }}{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no rules') }}{% endif %}"
      "{{ '<turn>' + ('model' if m.role == 'assistant' else 'user') + '\n' + m.content + '</turn>\n' }}{% endfor %}"
      "{% if add_generation_prompt %}{{ '<turn>model\n' }}{% endif %}",
      tokenizerOf({"<bos>", "<eos>", "<turn>", "</turn>"}));
  ASSERT_TRUE(chat.format) << chat.problem;
  EXPECT_EQ(chat.format->beforeFirst, "<bos>");
  EXPECT_EQ(chat.format->systemProblem, "line 1: the template refuses: no rules");
  EXPECT_EQ(chat.format->stopTokens, (std::vector<int32_t>{1, 3}));
}

TEST(DeriveChatFormatTest, AnAnswerThatEndsWithTextStopsAtTheEndTokenOnly) {
  const chat::DerivedChat chat =
      chat::deriveChatFormat("{% for m in messages %}{{ m.role + ': ' + m.content + '\n' }}{% endfor %}"
                             "{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}",
                             tokenizerOf({"<s>", "</s>"}));
  ASSERT_TRUE(chat.format) << chat.problem;
  EXPECT_EQ(chat.format->userPrefix, "user: ");
  EXPECT_EQ(chat.format->assistantSuffix, "\n");
  EXPECT_EQ(chat.format->stopTokens, std::vector<int32_t>{1});
}

struct Irregularity {
  const char *source, *problem;
};

void PrintTo(const Irregularity &i, std::ostream *out) { *out << i.source; }

class IrregularTest : public testing::TestWithParam<Irregularity> {};

TEST_P(IrregularTest, HasNoFormat) {
  const chat::DerivedChat chat = chat::deriveChatFormat(GetParam().source, tokenizerOf({"<s>", "</s>"}));
  EXPECT_FALSE(chat.format);
  EXPECT_EQ(chat.problem, GetParam().problem);
}

INSTANTIATE_TEST_SUITE_P(
    Templates, IrregularTest,
    testing::Values(
        Irregularity{"{{ messages[0].content | urlize }}",
                     "the chat template is beyond what is supported: line 1: the filter 'urlize' is not supported"},
        Irregularity{"{{ messages[0].content",
                     "the chat template is beyond what is supported: line 1: a tag has no '}}'"},
        Irregularity{"Hello", "the chat template leaves out or changes a message"},
        Irregularity{"{% for m in messages %}{{ m.content | upper }}{% endfor %}",
                     "the chat template leaves out or changes a message"},
        Irregularity{"{% for m in messages %}{{ m.content ~ m.content }}{% endfor %}",
                     "the chat template prints a message twice"},
        Irregularity{"{% for m in messages %}<{{ m.content }}>{% endfor %}{{ '<' if add_generation_prompt }}"
                     "{{ messages | length }}",
                     "the chat template does not treat every user message alike"},
        Irregularity{"{% for m in messages %}<{{ m.content.replace('?', '!') }}>{% endfor %}{{ '<' if "
                     "add_generation_prompt }}",
                     "the chat template does not print a longer conversation as the sum of its messages"},
        Irregularity{"{% for m in messages %}<{{ m.content.replace(' ', '_') }}>{% endfor %}{{ '<' if "
                     "add_generation_prompt }}",
                     "the chat template changes the text of a message"},
        // Programs take away every white space, or line ends: a template that spares some is no such one.
        Irregularity{"{% for m in messages %}<{{ m.content.strip(' \\n\\t\\r\\v\\f') }}>{% endfor %}{{ '<' if "
                     "add_generation_prompt }}",
                     "the chat template changes the text of a message"},
        Irregularity{"{% for m in messages %}<{{ m.content }}>{{ '!' if loop.index > 4 }}{% endfor %}{{ '<' if "
                     "add_generation_prompt }}",
                     "the chat template does not print a longer conversation as the sum of its messages"}));

} // namespace
} // namespace weebill::chat
