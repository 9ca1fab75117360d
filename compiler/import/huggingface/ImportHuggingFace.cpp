//===- ImportHuggingFace.cpp - A model folder as a model ------------------===//
//
// Tested by tests/unit/compiler/import/ImportHuggingFaceTest.cpp and tests/emitted/test_huggingface.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/ImportHuggingFace.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/StopTokens.h"
#include "compiler/import/chat/DeriveChatFormat.h"
#include "compiler/import/gguf/MappedFile.h"
#include "compiler/import/huggingface/CheckpointTensors.h"
#include "compiler/import/huggingface/HuggingFaceTokenizer.h"
#include "compiler/import/huggingface/ReadConfig.h"
#include "compiler/import/huggingface/ReadJson.h"
#include "compiler/import/huggingface/TokenIds.h"
#include "compiler/import/sentencepiece/ModelFile.h"

#include <filesystem>

namespace weebill::huggingface {

using nlohmann::json;

namespace {

class FolderReader {
public:
  FolderReader(const std::string &folder, const importer::ImportOptions &options)
      : folder(folder), options(options), config(readConfig(file("config.json"))) {}

  importer::ImportedModel read() {
    model.path = folder;
    // "." and ".." have names, too.
    model.name = std::filesystem::canonical(folder).filename().string();
    model.architecture = config.architecture;
    model.source =
        makeCheckpointTensorSource(std::make_shared<const Checkpoint>(folder), model.architecture, config.checkpoint);
    if (exists("tokenizer_config.json"))
      settings = readSettings("tokenizer_config.json");
    if (exists("tokenizer.json"))
      content = readSettings("tokenizer.json");
    readTokenizer();
    readChat();
    readStopTokens();
    return std::move(model);
  }

private:
  std::string file(const std::string &name) const { return folder + "/" + name; }
  bool exists(const std::string &name) const { return gguf::isThere(file(name)); }

  /// A file about text. Who does without the tokenizer need not mend it.
  json readSettings(const std::string &name) const {
    try {
      return readJsonFile(file(name));
    } catch (const importer::InputError &) {
      if (options.withoutTokenizer)
        return json::object();
      throw;
    }
  }

  void readTokenizer() {
    const std::string path = file(exists("tokenizer.json") ? "tokenizer.json" : "tokenizer.model");
    if (options.withoutTokenizer)
      model.tokenizerProblem = importer::kTokenizerLeftOut;
    else if (exists("tokenizer.json"))
      model.tokenizer =
          readHuggingFaceTokenizer(path, content, model.architecture.vocabulary, model.tokenizerProblem);
    else if (exists("tokenizer.model"))
      model.tokenizer =
          sentencepiece::readSentencePieceModel(path, gguf::MappedFile(path).bytes(), model.architecture.vocabulary,
                                                flagMember(settings, "legacy", true), model.tokenizerProblem);
    else
      findOtherTokenizers();
    if (!model.tokenizer)
      return;
    importer::TokenizerData &tokenizer = *model.tokenizer;
    if (tokenizer.beginning < 0)
      tokenizer.beginning = namedToken("bos_token").value_or(config.beginning);
    tokenizer.end = namedToken("eos_token").value_or(config.endings.empty() ? -1 : int32_t(config.endings.front()));
    readLlamaClass();
  }

  /// Tokenizers that other programs save in files of their own.
  void findOtherTokenizers() {
    for (const char *name : {"vocab.json", "merges.txt", "vocab.txt", "tekken.json", "spiece.model",
                             "sentencepiece.bpe.model", "tokenizer.tiktoken", "qwen.tiktoken"})
      if (exists(name)) {
        model.tokenizerProblem =
            "the folder has " + weebill::importer::quoted(name) + ", supported are tokenizer.json and tokenizer.model";
        return;
      }
    model.notes.push_back("the folder has neither tokenizer.json nor tokenizer.model, so the program takes and prints "
                          "numbers of tokens only");
  }

  /// transformers' class for Llama's first tokenizers does not ask tokenizer.json what comes around a text: its
  /// settings decide.
  void readLlamaClass() {
    const std::string name = textMember(settings, "tokenizer_class", exists("tokenizer.json") ? "" : "LlamaTokenizer");
    if (name != "LlamaTokenizer" && name != "LlamaTokenizerFast")
      return;
    importer::TokenizerData &tokenizer = *model.tokenizer;
    tokenizer.beginning = namedToken("bos_token").value_or(tokenizer.beginning);
    tokenizer.addBeginning = flagMember(settings, "add_bos_token", tokenizer.beginning >= 0);
    if (tokenizer.addBeginning && tokenizer.beginning < 0)
      importer::refuse(file("tokenizer_config.json"), "'add_bos_token'", "is true, but there is no 'bos_token'");
    if (flagMember(settings, "add_eos_token", false)) {
      model.tokenizer.reset();
      model.tokenizerProblem = "the tokenizer puts a token after every text ('add_eos_token'), which is not supported";
    }
  }

  /// The id of a token that tokenizer_config.json names: a text, or an object with one.
  std::optional<int32_t> namedToken(const std::string &key) const {
    const json *value = findMember(settings, key);
    if (!value)
      return std::nullopt;
    const std::string text = tokenText(*value);
    const std::vector<std::string> &tokens = model.tokenizer->tokens;
    for (size_t id = 0; id < tokens.size(); ++id)
      if (!text.empty() && tokens[id] == text)
        return int32_t(id);
    importer::refuse(file("tokenizer_config.json"), weebill::importer::quoted(key),
                     weebill::importer::quoted(text) + " is not a token of " +
                         (exists("tokenizer.json") ? "tokenizer.json" : "tokenizer.model"));
  }

  /// chat_template.jinja, or the template inside tokenizer_config.json, which is older: a text, or a list with names.
  std::optional<std::string> chatTemplate() const {
    if (exists("chat_template.jinja"))
      return std::string(gguf::MappedFile(file("chat_template.jinja")).bytes());
    const json *value = findMember(settings, "chat_template");
    if (!value)
      return std::nullopt;
    if (value->is_string())
      return value->get<std::string>();
    for (const json &entry : *value)
      if (textMember(entry, "name") == "default" && findMember(entry, "template"))
        return textMember(entry, "template");
    return std::nullopt;
  }

  /// Special tokens that templates know by name besides the beginning and the end.
  std::vector<std::pair<std::string, std::string>> otherTokens() const {
    std::vector<std::pair<std::string, std::string>> tokens;
    const auto add = [&](const std::string &name, const json &value) {
      const std::string text = tokenText(value);
      if (!text.empty())
        tokens.emplace_back(name, text);
    };
    for (const char *name : {"unk_token", "sep_token", "pad_token", "cls_token", "mask_token"})
      if (const json *value = findMember(settings, name))
        add(name, *value);
    if (const json *extra = findMember(settings, "extra_special_tokens"); extra && extra->is_object())
      for (const auto &[name, value] : extra->items())
        add(name, value);
    return tokens;
  }

  void readChat() {
    const std::optional<std::string> source = chatTemplate();
    if (!source)
      return;
    if (!model.tokenizer) {
      model.chatProblem = importer::kChatNeedsTokenizer;
      return;
    }
    chat::DerivedChat derived = chat::deriveChatFormat(*source, *model.tokenizer, otherTokens());
    model.chat = std::move(derived.format);
    model.chatProblem = std::move(derived.problem);
  }

  /// Whatever ends a text: what the tokenizer says, or its file where it cannot be used; the chat template; every
  /// token of the configurations. Some of them name an end that others forget.
  void readStopTokens() {
    if (model.tokenizer)
      importer::addStopTokens(model, {model.tokenizer->end}, "the tokenizer");
    else if (const json *value = findMember(settings, "eos_token"))
      importer::addStopTokens(model, {idInFile(content, tokenText(*value)).value_or(-1)}, "tokenizer_config.json");
    if (model.chat)
      importer::addStopTokens(model, {model.chat->stopTokens.begin(), model.chat->stopTokens.end()},
                              "the chat template");
    if (exists("generation_config.json"))
      importer::addStopTokens(model, readEndings(file("generation_config.json")),
                              "'eos_token_id' of generation_config.json");
    importer::addStopTokens(model, config.endings, "'eos_token_id' of config.json");
  }

  const std::string folder;
  const importer::ImportOptions options;
  const HuggingFaceConfig config;
  json settings = json::object(), content = json::object(); // tokenizer_config.json and tokenizer.json
  importer::ImportedModel model;
};

} // namespace

bool isModelFolder(const std::string &path) {
  std::error_code error; // a path that cannot be examined is no folder
  return std::filesystem::exists(path + "/config.json", error);
}

importer::ImportedModel importHuggingFace(const std::string &folder, const importer::ImportOptions &options) {
  std::string path = folder;
  while (path.size() > 1 && path.ends_with('/'))
    path.pop_back();
  return FolderReader(path, options).read();
}

} // namespace weebill::huggingface
