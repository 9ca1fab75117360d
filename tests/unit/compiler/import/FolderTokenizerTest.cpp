// The tokenizer and the chat template of a whole folder: tokens that begin and end a text, what tokenizer_config.json
// says of them, and folders whose tokenizer or template is not supported.

#include "HuggingFaceFolder.h"

#include <fstream>
#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

using nlohmann::json;

TEST(FolderTokenizerTest, TokenizerAndChat) {
  SmallFolder content;
  content.config["vocab_size"] = 16;
  content.tokenizerConfig["chat_template"] =
      "{% for message in messages %}{{ message['role'] + ':' + message['content'] + eos_token }}{% endfor %}"
      "{% if add_generation_prompt %}{{ 'assistant:' }}{% endif %}";
  {
    const TemporaryFolder folder;
    const importer::ImportedModel model = import(content, folder);
    ASSERT_TRUE(model.tokenizer);
    EXPECT_EQ(model.tokenizer->beginning, 0);
    EXPECT_EQ(model.tokenizer->end, 1);
    ASSERT_TRUE(model.chat) << model.chatProblem;
    EXPECT_EQ(model.chat->userPrefix, "user:");
    EXPECT_EQ(model.chat->userSuffix, "</s>");
    EXPECT_EQ(model.chat->stopTokens, std::vector<int32_t>{1});
  }
  content.files["generation_config.json"] = R"({"eos_token_id": [1, 9]})";
  content.files["chat_template.jinja"] =
      "{% for message in messages %}{{ '<' + message['role'] + '>' + message['content'] + eos_token }}{% endfor %}"
      "{% if add_generation_prompt %}{{ '<assistant>' }}{% endif %}";
  {
    const TemporaryFolder folder;
    const importer::ImportedModel model = import(content, folder);
    ASSERT_TRUE(model.chat) << model.chatProblem;
    EXPECT_EQ(model.chat->userPrefix, "<user>"); // the file of its own decides
    EXPECT_EQ(model.stopTokens, (std::vector<int32_t>{1, 9}));
  }
}

/// transformers' class for Llama's first tokenizers puts the beginning token itself, whatever tokenizer.json says.
TEST(FolderTokenizerTest, TheLlamaClassDecidesOverTheBeginning) {
  for (const char *name : {"LlamaTokenizer", "LlamaTokenizerFast", "PreTrainedTokenizerFast"})
    for (const char *flag : {"left out", "null", "true", "false"}) {
      SmallFolder content;
      content.tokenizerConfig["tokenizer_class"] = name;
      const bool isLeftOut = std::string_view(flag) == "left out";
      if (!isLeftOut)
        content.tokenizerConfig["add_bos_token"] = nlohmann::json::parse(flag);
      const TemporaryFolder folder;
      const importer::ImportedModel model = import(content, folder);
      ASSERT_TRUE(model.tokenizer);
      EXPECT_EQ(model.tokenizer->addsBeginning(), name[0] == 'L' && (isLeftOut || flag == std::string_view("true")))
          << name << " " << flag;
      EXPECT_EQ(model.tokenizer->beginning, 0);
    }
  SmallFolder content;
  content.tokenizerConfig["tokenizer_class"] = "LlamaTokenizer";
  content.tokenizerConfig["add_eos_token"] = true;
  const TemporaryFolder folder;
  const importer::ImportedModel model = import(content, folder);
  ASSERT_TRUE(model.tokenizer) << model.tokenizerProblem;
  EXPECT_EQ(model.tokenizer->behind, model.tokenizer->tokens[size_t(model.tokenizer->end)]);
  ASSERT_FALSE(model.notes.empty());
  EXPECT_EQ(model.notes.back(), "the tokenizer puts '" + model.tokenizer->behind +
                                    "' behind every text; programs do not, because the model goes on with what it "
                                    "reads");
}

/// Null says that there is none, which the class does not go on with.
TEST(FolderTokenizerTest, ATokenThatIsNoneIsNotAdded) {
  SmallFolder content;
  content.tokenizerConfig["tokenizer_class"] = "LlamaTokenizer";
  content.tokenizerConfig["bos_token"] = nullptr;
  const std::string wanted =
      "tokenizer_config.json: 'bos_token': is none, but the class 'LlamaTokenizer' puts it beside "
      "every text: name a token, or set 'add_bos_token' to false";
  EXPECT_EQ(content.importError(), wanted) << "whatever config.json has";
  content.tokenizerConfig.erase("tokenizer_class"); // the model's type means it
  EXPECT_EQ(content.importError(), wanted);
  content.tokenizerConfig["add_bos_token"] = false;
  EXPECT_EQ(content.importError(), "");
  content.tokenizerConfig["tokenizer_class"] = "GPTNeoXTokenizer";
  content.tokenizerConfig.erase("add_bos_token");
  EXPECT_EQ(content.importError(), "");
  content.tokenizerConfig["add_bos_token"] = true;
  EXPECT_NE(content.importError().find("the class 'GPTNeoXTokenizer' puts it"), std::string::npos);
}

/// Several tokens before a text are none that templates know as bos_token.
TEST(FolderTokenizerTest, TemplatesKnowTheBeginningThatIsNamed) {
  for (const bool named : {true, false}) {
    SmallFolder content;
    content.config["vocab_size"] = 16;
    content.tokenizerConfig["tokenizer_class"] = "PreTrainedTokenizerFast";
    if (!named) {
      content.config.erase("bos_token_id");
      content.tokenizerConfig.erase("bos_token");
    }
    content.tokenizer["post_processor"] = {
        {"type", "TemplateProcessing"},
        {"single", {{{"SpecialToken", {{"id", "g"}}}}, {{"Sequence", {{"id", "A"}}}}}},
        {"special_tokens", {{"g", {{"ids", {9, 1}}}}}}};
    const TemporaryFolder folder;
    const importer::ImportedModel model = import(content, folder);
    ASSERT_TRUE(model.tokenizer) << model.tokenizerProblem;
    EXPECT_EQ(model.tokenizer->before, (std::vector<int32_t>{9, 1}));
    EXPECT_EQ(model.tokenizer->beginning, named ? 0 : -1);
    EXPECT_FALSE(model.tokenizer->addsBeginning());
  }
}

/// Names as transformers gives them to templates: texts, or objects with one.
TEST(FolderTokenizerTest, TemplatesKnowFurtherTokens) {
  SmallFolder content;
  content.tokenizerConfig["pad_token"] = "<pad>";
  content.tokenizerConfig["unk_token"] = {{"content", "<unk>"}};
  content.tokenizerConfig["mask_token"] = nullptr;
  content.tokenizerConfig["extra_special_tokens"] = {{"turn_token", "<turn>"},
                                                     {"end_of_turn", {{"content", "</turn>"}}}};
  content.tokenizerConfig["chat_template"] =
      "{{ unk_token }}{% if mask_token is defined %}?{% endif %}{% for m in messages %}{{ turn_token + m.role + ' ' + "
      "m.content + end_of_turn + eos_token + pad_token }}{% endfor %}{% if add_generation_prompt %}{{ turn_token + "
      "'assistant ' }}{% endif %}";
  const TemporaryFolder folder;
  const importer::ImportedModel model = import(content, folder);
  ASSERT_TRUE(model.chat) << model.chatProblem;
  EXPECT_EQ(model.chat->beforeFirst, "<unk>");
  EXPECT_EQ(model.chat->userPrefix, "<turn>user ");
  EXPECT_EQ(model.chat->assistantSuffix, "</turn></s><pad>");
}

TEST(FolderTokenizerTest, OtherTokenizers) {
  SmallFolder content;
  content.tokenizer["model"]["type"] = "WordPiece";
  content.tokenizerConfig["chat_template"] = "x";
  const TemporaryFolder folder;
  const importer::ImportedModel model = import(content, folder);
  EXPECT_FALSE(model.tokenizer);
  EXPECT_NE(model.tokenizerProblem.find("'WordPiece'"), std::string::npos);
  EXPECT_NE(model.chatProblem.find("needs the tokenizer"), std::string::npos);
}

TEST(FolderTokenizerTest, WithoutATokenizer) {
  SmallFolder content;
  content.tokenizerConfig["chat_template"] = "x";
  const TemporaryFolder folder;
  content.write(folder);
  const importer::ImportedModel left = importer::importModel(folder.path().string(), {.withoutTokenizer = true});
  EXPECT_FALSE(left.tokenizer);
  EXPECT_FALSE(left.chat);
  EXPECT_EQ(left.tokenizerProblem, "it is left out, as --without-tokenizer asks");
  std::filesystem::remove(folder.path() / "tokenizer.json");
  const importer::ImportedModel none = importer::importModel(folder.path().string());
  EXPECT_EQ(none.tokenizerProblem, "");
  EXPECT_EQ(none.notes, std::vector<std::string>{"the folder has neither tokenizer.json nor tokenizer.model, so the "
                                                 "program takes and prints numbers of tokens only"});
  std::ofstream(folder.path() / "vocab.json") << "{}";
  EXPECT_EQ(
      importer::importModel(folder.path().string()).tokenizerProblem,
      "the folder has 'vocab.json', supported are tokenizer.json, tokenizer.model, vocab.json with merges.txt, and "
      "tekken.json");
}

TEST(FolderTokenizerTest, AListOfTemplates) {
  SmallFolder content;
  const auto problemOf = [&](const json &value) {
    content.tokenizerConfig["chat_template"] = value;
    const TemporaryFolder folder;
    const importer::ImportedModel model = import(content, folder);
    EXPECT_FALSE(model.chat);
    return model.chatProblem;
  };
  EXPECT_EQ(problemOf({{{"name", "tool_use"}, {"template", "x"}}, {{"name", "rag"}, {"template", "x"}}}),
            "tokenizer_config.json has several chat templates ('tool_use', 'rag') and none of them is the 'default'");
  EXPECT_EQ(problemOf(json::array()), "'chat_template' of tokenizer_config.json is an empty list");
  EXPECT_EQ(problemOf(5), "'chat_template' of tokenizer_config.json is neither a text nor a list");
  content.tokenizerConfig["chat_template"] = {
      {{"name", "rag"}, {"template", "x"}},
      {{"name", "default"},
       {"template", "{% for m in messages %}{{ m.role + ':' + m.content + eos_token }}{% endfor %}assistant:"}}};
  const TemporaryFolder folder;
  EXPECT_TRUE(import(content, folder).chat);
}

} // namespace
} // namespace weebill::tests
