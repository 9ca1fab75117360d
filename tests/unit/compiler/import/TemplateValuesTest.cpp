// --date, --template-variable and --tools: what templates see of them, and what is refused.

#include "compiler/import/chat/TemplateValues.h"

#include "compiler/import/chat/ChatTemplate.h"
#include "tests/unit/support/TemporaryFolder.h"

#include <gtest/gtest.h>

namespace weebill::chat {
namespace {

std::string render(const std::string &source, const importer::TemplateInput &input) {
  try {
    return ChatTemplate(source, {}, readTemplateValues(input)).render({{"user", "Hello"}}, true);
  } catch (const importer::InputError &error) {
    return error.what();
  }
}

TEST(TemplateValuesTest, Variables) {
  const std::string source = "{% if flag is false %}no{% endif %}{{ number + 1 }}{{ text }}{{ list[1] }}{{ other }}";
  EXPECT_EQ(render(source, {.variables = {"flag=false", "number=4", "text=\"a b\"", "list=[1, \"x\"]", "other=y=z"}}),
            "no5a bxy=z");
  for (const char *wrong : {"flag", "=1", "1a=2", "a-b=1"})
    EXPECT_EQ(render("", {.variables = {wrong}}), "--template-variable: '" + std::string(wrong) +
                                                      "' is not NAME=VALUE with a name of letters, digits and '_'");
  EXPECT_EQ(render("", {.variables = {"tools=1"}}), "--template-variable: 'tools' is given by Weebill");
}

TEST(TemplateValuesTest, Dates) {
  const std::string source = "{% if strftime_now is defined %}{{ strftime_now('%d %b %Y') }}{% else %}never{% endif %}";
  EXPECT_EQ(render(source, {}), "never");
  EXPECT_EQ(render(source, {.date = "2026-11-26"}), "26 Nov 2026");
  EXPECT_EQ(render(source, {.date = "today"}), "--date: 'today' is no day, as 2026-11-26 is");
}

TEST(TemplateValuesTest, Tools) {
  const weebill::tests::TemporaryFolder folder;
  const std::string path = (folder.path() / "tools.json").string();
  const auto given = [&](const std::string &text) {
    folder.write("tools.json", text);
    return render("{% for t in tools %}{{ t.function.name }}{{ t | tojson }}{% endfor %}", {.tools = path});
  };
  EXPECT_EQ(given(R"([{"function": {"name": "f", "n": 3}}])"), R"(f{"function": {"name": "f", "n": 3}})");
  EXPECT_EQ(given("{}"), path + ": is no list of tools, as transformers' apply_chat_template takes it");
  EXPECT_EQ(given("[]"), path + ": is no list of tools, as transformers' apply_chat_template takes it");
  EXPECT_EQ(given("[1]"), path + ": has a tool that is no object");
  EXPECT_EQ(
      given(R"([{"function": {"name": 1.0, "n": [1e3, -0.25, 1e-7, 1E22, 0.1, 123456789012345678.0, 3e15, 1e16]}}])"),
      R"(1.0{"function": {"name": 1.0, "n": [1000.0, -0.25, 1e-07, 1e+22, 0.1, 1.2345678901234568e+17, )"
      R"(3000000000000000.0, 1e+16]}})");
  EXPECT_EQ(given("[{\"a\": 12345678901234567890}]"),
            path + ":1:8: the number 12345678901234567890 does not fit into 64 bits, which is what templates have");
  EXPECT_EQ(readTemplateValues({.date = "2026-11-26", .variables = {"a=1"}}).given, "the date 2026-11-26, a=1");
}

TEST(TemplateValuesTest, AModelWithoutATemplate) {
  importer::ImportedModel model;
  noteUnused({}, model);
  EXPECT_TRUE(model.notes.empty());
  noteUnused({.variables = {"a=1"}}, model);
  EXPECT_EQ(model.notes, std::vector<std::string>{"the model has no chat template that could be given a=1"});
}

} // namespace
} // namespace weebill::chat
