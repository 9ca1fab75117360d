// Calls that are given apart from an answer's text, as templates write them.

#include "compiler/import/chat/DeriveChatFormat.h"
#include "compiler/import/chat/FindToolCalls.h"

#include <gtest/gtest.h>

namespace weebill::chat {
namespace {

/// A template that prints an answer with calls by `calls`, statements over `m`.
importer::ChatFormat formatOf(const std::string &calls) {
  importer::TokenizerData tokenizer;
  tokenizer.tokens = {"<s>", "</s>"};
  tokenizer.special = {true, true};
  tokenizer.added = {{0, "<s>"}, {1, "</s>"}};
  tokenizer.beginning = 0;
  tokenizer.end = 1;
  const DerivedChat chat = deriveChatFormat(
      "{% for m in messages %}[{{ m.role }}]{% if m.tool_calls %}" + calls +
          "{% else %}{{ m.content }}{% endif %}</s>{% endfor %}{{ '[assistant]' if add_generation_prompt }}",
      tokenizer);
  EXPECT_TRUE(chat.format) << chat.problem;
  return chat.format.value_or(importer::ChatFormat());
}

constexpr const char *kEach = "{% for t in m.tool_calls %}{{ '\\n' if not loop.first or m.content }}<call>{\"name\": "
                              "\"{{ t.function.name }}\", \"arguments\": {{ t.function.arguments | tojson }}}</call>"
                              "{% endfor %}";

TEST(ToolCallsTest, SeveralBesideAText) {
  const importer::ChatFormat format = formatOf(std::string("{{ m.content }}") + kEach);
  const importer::CallTexts &calls = format.tools.calls;
  EXPECT_EQ(calls.problem, "");
  EXPECT_EQ(calls.prefix, "<call>{\"name\": \"");
  EXPECT_EQ(calls.middle, "\", \"arguments\": ");
  EXPECT_EQ(calls.suffix, "}</call>");
  EXPECT_EQ(calls.between, "\n");
  EXPECT_EQ(calls.afterText, "\n");
  EXPECT_TRUE(calls.many && calls.withText);
  const ToolCall call{"f", Value::dictionary({{"a", Value::number(1)}})};
  EXPECT_EQ(textWithCalls(format, {"assistant", "So:", {call, call}}),
            "So:\n<call>{\"name\": \"f\", \"arguments\": {\"a\": 1}}</call>\n"
            "<call>{\"name\": \"f\", \"arguments\": {\"a\": 1}}</call>");
}

TEST(ToolCallsTest, OneWithoutAText) {
  const importer::CallTexts calls =
      formatOf("{{ raise_exception('one') if m.tool_calls | length > 1 }}{% set t = m.tool_calls[0].function %}"
               "{{ t.name }}({{ t.arguments | tojson }})")
          .tools.calls;
  EXPECT_EQ(calls.problem, "");
  EXPECT_EQ(calls.prefix, "");
  EXPECT_EQ(calls.middle, "(");
  EXPECT_EQ(calls.suffix, ")");
  EXPECT_FALSE(calls.many);
  EXPECT_FALSE(calls.withText);
}

TEST(ToolCallsTest, FormsOfTheirOwn) {
  const auto problemOf = [](const std::string &calls) { return formatOf(calls).tools.calls.problem; };
  EXPECT_EQ(problemOf("x"), "the chat template leaves out or changes calls of tools");
  EXPECT_EQ(problemOf("{% for t in m.tool_calls %}{{ t.function.name }}{% for k, v in t.function.arguments.items() %}"
                      "{{ k }}={{ v }}{% endfor %}{% endfor %}"),
            "the chat template leaves out or changes calls of tools");
  EXPECT_EQ(problemOf("</s>{{ m.tool_calls[0].function.name }}{{ m.tool_calls[0].function.arguments | tojson }}."), "");
  EXPECT_EQ(problemOf("{% set t = m.tool_calls[0].function %}{{ t.name }}"
                      "{{ t.arguments | tojson(indent=2) if t.arguments | length > 1 else t.arguments | tojson }}"),
            "the chat template prints calls of tools in a form of its own");
  EXPECT_EQ(problemOf("{{ m.tool_calls[0].id }}{{ raise_exception('no id') if not m.tool_calls[0].id }}"),
            "line 1: the template refuses: no id");
}

} // namespace
} // namespace weebill::chat
