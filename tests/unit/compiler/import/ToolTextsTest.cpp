// What templates put around the answers of tools, and what they keep of answers before them.

#include "compiler/import/chat/DeriveChatFormat.h"

#include <gtest/gtest.h>

namespace weebill::chat {
namespace {

using importer::KeptThoughts;
using importer::Strip;

/// A template that prints a tool's message by `tool` and the assistant's by `answer`, statements over `m` and `c`.
importer::ToolTexts toolsOf(const std::string &tool, const std::string &answer = "{{ c }}",
                            const std::vector<std::string> &special = {"<s>", "</s>"}) {
  importer::TokenizerData tokenizer;
  tokenizer.tokens = special;
  tokenizer.special.assign(special.size(), true);
  for (size_t id = 0; id < special.size(); ++id)
    tokenizer.added.push_back({int32_t(id), special[id]});
  tokenizer.beginning = 0;
  tokenizer.end = 1;
  const std::string source =
      "{% set ns = namespace(last=-1) %}{% for m in messages %}{% if m.role == 'user' %}{% set ns.last = loop.index0 %}"
      "{% endif %}{% endfor %}{% for m in messages %}{% set c = m.content %}{% if m.role == 'tool' %}" +
      tool + "{% elif m.role == 'assistant' %}[assistant]" + answer +
      "</s>{% else %}[{{ m.role }}]{{ c }}</s>{% endif %}{% endfor %}{{ '[assistant]' if add_generation_prompt }}";
  const DerivedChat chat = deriveChatFormat(source, tokenizer);
  EXPECT_TRUE(chat.format) << chat.problem;
  return chat.format.value_or(importer::ChatFormat()).tools;
}

constexpr const char *kRun =
    "{% if messages[loop.index0 - 1].role != 'tool' %}[user]{% endif %}{{ '\n<out>\n' ~ c ~ '\n</out>' }}"
    "{% if loop.last or messages[loop.index0 + 1].role != 'tool' %}</s>{% endif %}";

TEST(ToolTextsTest, OneAfterTheOther) {
  const importer::ToolTexts tools = toolsOf("[tool]{{ c | trim }}</s>");
  EXPECT_EQ(tools.problem, "");
  EXPECT_EQ(tools.prefix, "[tool]");
  EXPECT_EQ(tools.suffix, "</s>");
  EXPECT_EQ(tools.between, "</s>");
  EXPECT_EQ(tools.again, "[tool]");
  EXPECT_EQ(tools.strip, Strip::Spaces);
  EXPECT_FALSE(tools.inJson);
  EXPECT_EQ(tools.kept, KeptThoughts::None);
}

/// The run has one turn around it; tokens are cut where a line begins, or behind a special token.
TEST(ToolTextsTest, ARunInOneTurn) {
  importer::ToolTexts tools = toolsOf(kRun);
  EXPECT_EQ(tools.problem, "");
  EXPECT_EQ(tools.prefix, "[user]\n<out>\n");
  EXPECT_EQ(tools.suffix, "\n</out></s>");
  EXPECT_EQ(tools.between, "\n</out>\n");
  EXPECT_EQ(tools.again, "<out>\n");
  tools = toolsOf(kRun, "{{ c }}", {"<s>", "</s>", "<out>", "</out>"});
  EXPECT_EQ(tools.between, "\n</out>\n<out>");
  EXPECT_EQ(tools.again, "\n");
}

TEST(ToolTextsTest, AsJson) {
  const importer::ToolTexts tools = toolsOf("[tool]{\"output\": {{ c | tojson }}}</s>");
  EXPECT_EQ(tools.problem, "");
  EXPECT_EQ(tools.prefix, "[tool]{\"output\": \"");
  EXPECT_EQ(tools.suffix, "\"}</s>");
  EXPECT_TRUE(tools.inJson);
}

TEST(ToolTextsTest, ThoughtsBeforeThem) {
  constexpr const char *kGone = "{{ c.split('</think>')[-1].lstrip('\\n') }}";
  const auto keptWhile = [&](const std::string &condition) {
    return "{% if '</think>' in c and c.split('</think>')[0].split('<think>')[-1].strip() and " + condition +
           " %}{{ c }}{% else %}" + kGone + "{% endif %}";
  };
  EXPECT_EQ(toolsOf(kRun, kGone).kept, KeptThoughts::None);
  importer::ToolTexts tools = toolsOf(kRun, keptWhile("loop.index0 > ns.last"));
  EXPECT_EQ(tools.kept, KeptThoughts::UntilUser);
  EXPECT_EQ(tools.thoughtBegin, "<think>");
  EXPECT_EQ(tools.thoughtsProblem, "");
  tools = toolsOf(kRun, keptWhile("not loop.last and messages[loop.index0 + 1].role == 'tool'"));
  EXPECT_EQ(tools.kept, KeptThoughts::Always);
  tools =
      toolsOf(kRun, keptWhile("messages | length > 6 and not loop.last and messages[loop.index0 + 1].role == 'tool'"));
  EXPECT_EQ(tools.problem, "");
  EXPECT_EQ(tools.thoughtsProblem, "the chat template prints thoughts before a tool's answer in a form of its own");
  // What stands in the place of a thought, where there is none.
  tools = toolsOf(kRun, "{% if loop.index0 > ns.last %}{{ '<think>\n' ~ c.split('</think>')[0].split('<think>')[-1]"
                        ".strip() if '</think>' in c else '<think>\n' }}{{ '\n</think>\n\n' }}{% endif %}" +
                            std::string(kGone));
  EXPECT_EQ(tools.thoughtsProblem, "");
  EXPECT_EQ(tools.kept, KeptThoughts::UntilUser);
  EXPECT_EQ(tools.noThought, "<think>\n\n</think>\n\n");
}

/// What is not the user's is the model's, or the other way round: that is no role, unless the template names it.
TEST(ToolTextsTest, RolesThatTheTemplateDoesNotKnow) {
  importer::TokenizerData tokenizer;
  tokenizer.tokens = {"<s>", "</s>"};
  tokenizer.special = {true, true};
  tokenizer.added = {{0, "<s>"}, {1, "</s>"}};
  tokenizer.beginning = 0;
  tokenizer.end = 1;
  const auto problemOf = [&](const std::string &role) {
    return deriveChatFormat("{% for m in messages %}[{{ " + role +
                                " }}]{{ m.content }}</s>{% endfor %}{{ '[model]' if "
                                "add_generation_prompt }}",
                            tokenizer)
        .format.value()
        .tools.problem;
  };
  EXPECT_EQ(problemOf("'model' if m.role == 'assistant' else 'user'"),
            "the chat template prints the answer of a tool as if the user said it");
  EXPECT_EQ(problemOf("'user' if m.role == 'user' else 'model'"),
            "the chat template prints the answer of a tool as if the model said it");
  EXPECT_EQ(problemOf("'user' if m.role in ['user', 'tool'] else 'model'"), "");
}

struct Roleless {
  const char *tool, *problem;
};

void PrintTo(const Roleless &r, std::ostream *out) { *out << r.tool; }

class RolelessTest : public testing::TestWithParam<Roleless> {};

TEST_P(RolelessTest, HasAReason) {
  const importer::ToolTexts tools = toolsOf(GetParam().tool);
  EXPECT_EQ(tools.problem, GetParam().problem);
  EXPECT_EQ(tools.prefix + tools.suffix + tools.between + tools.again, "");
  EXPECT_EQ(tools.calls.problem, tools.problem);
}

INSTANTIATE_TEST_SUITE_P(
    Templates, RolelessTest,
    testing::Values(Roleless{"", "the chat template leaves out or changes a message"},
                    Roleless{"{{ raise_exception('no tools') }}", "line 1: the template refuses: no tools"},
                    Roleless{"[tool]{{ c | replace(' ', '_') }}</s>", "the chat template changes what a tool answers"},
                    Roleless{"[tool{{ loop.index }}]{{ c }}</s>",
                             "the chat template does not print a conversation with tools as the sum of its messages"},
                    Roleless{
                        "[tool]{{ m.tool_call_id }}{{ c }}</s>{{ raise_exception('no id') if not m.tool_call_id }}",
                        "line 1: the template refuses: no id"}));

} // namespace
} // namespace weebill::chat
