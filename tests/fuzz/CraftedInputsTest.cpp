// Inputs that are made to cost much: work and memory stay in proportion to the file. Random damage does not find these.

#include "compiler/import/ImportedModel.h"
#include "compiler/import/chat/DeriveChatFormat.h"
#include "tests/fuzz/Kind.h"
#include "tests/fuzz/MeteredMemory.h"
#include "tests/unit/compiler/import/GgufBuilder.h"
#include "tests/unit/compiler/import/HuggingFaceFolder.h"

#include <ctime>
#include <gtest/gtest.h>

namespace weebill::fuzz {
namespace {

std::string repeated(const std::string &text, size_t count) {
  std::string result;
  for (; count > 0; --count)
    result += text;
  return result;
}

/// What `read` says of an input of `bytes` bytes; fails if it takes long or much memory.
template <class Read> std::string measured(const Kind &kind, size_t bytes, Read read) {
  startMetering();
  const std::clock_t start = std::clock(); // this process's own time: others may be at work beside it
  const std::string said = read();
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  EXPECT_LT(seconds, 10) << said;
  EXPECT_LT(peakBytes(), kind.fixedBytes + kind.bytesPerByte * bytes) << said;
  return said;
}

std::string readFile(const Kind &kind, const std::string &name, const std::string &bytes) {
  const tests::TemporaryFolder folder;
  folder.write(name, bytes);
  return measured(kind, bytes.size(), [&] { return kind.read(folder.path().string(), {{name, bytes}}).value_or(""); });
}

std::string readTemplate(const std::string &source) { return readFile(templateKind, "chat_template.jinja", source); }

void expectSaid(const std::string &said, const std::string &part) { EXPECT_NE(said.find(part), said.npos) << said; }

TEST(CraftedInputsTest, TemplatesThatCollectLists) {
  std::string source;
  for (int i = 0; i < 100; ++i)
    source += "{% set a" + std::to_string(i) + " = range(99999) | list %}";
  expectSaid(readTemplate(source), "is beyond what is supported");
  expectSaid(readTemplate(
                 "{% set x = namespace(a=[]) %}{% for i in range(9999) %}{% set x.a = x.a + [messages] %}{% endfor %}"),
             "is beyond what is supported");
  expectSaid(
      readTemplate("{% set x = namespace(a=[1]) %}{% for i in range(99) %}{% set x.a = [x.a, x.a] %}{% endfor %}"),
      "is beyond what is supported");
  expectSaid(readTemplate("{% if range(99999999) == 1 %}{% endif %}"), "is beyond what is supported");
}

TEST(CraftedInputsTest, TemplatesThatPrintMuch) {
  expectSaid(readTemplate("{% for i in range(99999) %}" + std::string(60'000, 'x') + "{% endfor %}"),
             "is beyond what is supported");
  expectSaid(
      readTemplate("{% set x = namespace(a='x') %}{% for i in range(99) %}{% set x.a = x.a + x.a %}{% endfor %}"),
      "a text grows beyond");
  expectSaid(readTemplate("{% for i in range(9999) %}{{ messages | tojson }}{% endfor %}"), "");
}

TEST(CraftedInputsTest, TemplatesOfNothingButTags) {
  readTemplate(repeated("{{1}}", 50'000));
  readTemplate("{{ " + repeated("1+", 80'000) + "1 }}");
  readTemplate("{{ [" + repeated("1,", 80'000) + "] }}");
  readTemplate("{{ {" + repeated("'a':1,", 40'000) + "} }}");
  readTemplate("{{ " + repeated("'a' ", 60'000) + "}}");
  readTemplate("{{ " + repeated("not ", 60'000) + "1 }}");
  readTemplate(repeated("{% if 1 %}", 20'000));
  readTemplate(repeated("{#", 120'000));
  readTemplate("{{ a" + repeated(".a", 100'000) + " }}");
  readTemplate("{{ a" + repeated("|trim", 50'000) + " }}");
  readTemplate("{{ " + repeated("a if ", 50'000) + " }}");
  readTemplate("{{ " + repeated("1<", 80'000) + "1 }}");
  readTemplate(repeated("{% set a", 20'000));
}

TEST(CraftedInputsTest, DescriptionsOfManyValues) {
  const size_t most = 1 << 18;
  expectSaid(readFile(descriptionKind, "model.json", "{\"schedule\":[" + repeated("0,", most / 2 - 20) + "0]}"),
             "model.json:1:");
  expectSaid(readFile(descriptionKind, "model.json", "{\"a\":[" + repeated("[],", most / 3 - 20) + "0]}"),
             "model.json:1:");
  std::string keys = "{";
  for (size_t i = 0; keys.size() < most - 20; ++i)
    keys += "\"" + std::to_string(i) + "\":1,\n";
  expectSaid(readFile(descriptionKind, "model.json", keys + "\"x\":1}"), "model.json:1:");
}

TEST(CraftedInputsTest, JsonOfManyValues) {
  tests::SmallFolder right;
  const auto read = [&](const std::string &name, const std::string &bytes) {
    right.files = {{name, bytes}};
    return measured(folderKind, bytes.size(), [&] { return right.importError(); });
  };
  const size_t many = 300'000;
  expectSaid(read("tokenizer.json", "{\"model\":[" + repeated("[],", many) + "0]}"), "");
  expectSaid(read("tokenizer.json", "{\"model\":[" + repeated("{},", many) + "0]}"), "");
  expectSaid(read("tokenizer.json", "{\"model\":[" + repeated("\"\",", many) + "0]}"), "");
  std::string keys;
  for (size_t i = 0; i < many; ++i)
    keys += "\"" + std::to_string(i) + "\":0,";
  expectSaid(read("tokenizer.json", "{" + keys + "\"model\":0}"), "");
  expectSaid(read("model.safetensors", tests::safetensors("{" + keys + "\"model\":0}", "")),
             "is described by no object");
}

TEST(CraftedInputsTest, AddedTokensThatNearlyOverlap) {
  tests::SmallFolder right;
  right.config["vocab_size"] = 4096;
  right.shapes["model.embed_tokens.weight"] = {4096, 8};
  right.tokenizer["added_tokens"] = nlohmann::json::array();
  for (int i = 0; i < 4000; ++i)
    right.tokenizer["added_tokens"].push_back(
        {{"id", 10 + i},
         {"content", std::string(500, 'a') + (i < 2000 ? "b" : "c") + std::to_string(i)},
         {"special", true},
         {"normalized", i < 2000}});
  measured(folderKind, right.tokenizer.dump().size() + right.checkpoint().size(), [&] { return right.importError(); });
}

TEST(CraftedInputsTest, ManyTokensThatEndATextAndManySpecialOnes) {
  const int tokens = 100'000;
  tests::SmallFolder right;
  right.config["vocab_size"] = tokens;
  right.shapes["model.embed_tokens.weight"] = {tokens, 8};
  nlohmann::json ids = nlohmann::json::array(), added = nlohmann::json::array();
  for (int i = 0; i < tokens; ++i) {
    ids.push_back(i);
    if (i >= 10)
      added.push_back({{"id", i}, {"content", "W" + std::to_string(i)}, {"special", true}, {"normalized", false}});
  }
  for (const auto &token : right.tokenizer["added_tokens"])
    added.push_back(token);
  right.tokenizer["added_tokens"] = added;
  right.files["generation_config.json"] = nlohmann::json{{"eos_token_id", ids}}.dump();
  right.files["chat_template.jinja"] = "{% for m in messages %}" + repeated("W", 5000) + "{{ m.content }}{% endfor %}";
  measured(folderKind,
           right.tokenizer.dump().size() + right.checkpoint().size() + right.files["generation_config.json"].size(),
           [&] { return right.importError(); });
}

} // namespace
} // namespace weebill::fuzz
