//===- ImportHuggingFace.cpp - A model folder as a model ------------------===//
//
// Tested by tests/unit/compiler/import/ImportHuggingFaceTest.cpp and tests/emitted/test_huggingface.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/ImportHuggingFace.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/chat/DeriveChatFormat.h"
#include "compiler/import/gguf/MappedFile.h"
#include "compiler/import/huggingface/CheckpointTensors.h"
#include "compiler/import/huggingface/HuggingFaceTokenizer.h"
#include "compiler/import/huggingface/ReadConfig.h"
#include "compiler/import/huggingface/ReadJson.h"
#include "compiler/import/sentencepiece/ModelFile.h"

#include <algorithm>
#include <filesystem>

namespace weebill::huggingface {

using nlohmann::json;

namespace {

class FolderReader {
public:
  explicit FolderReader(const std::string &folder) : folder(folder), config(readConfig(file("config.json"))) {}

  importer::ImportedModel read() {
    model.path = folder;
    // "." and ".." have names, too.
    model.name = std::filesystem::canonical(folder).filename().string();
    model.architecture = config.architecture;
    model.source =
        makeCheckpointTensorSource(std::make_shared<const Checkpoint>(folder), model.architecture, config.checkpoint);
    if (exists("tokenizer_config.json"))
      settings = readJsonFile(file("tokenizer_config.json"));
    readTokenizer();
    readChat();
    return std::move(model);
  }

private:
  std::string file(const std::string &name) const { return folder + "/" + name; }
  bool exists(const std::string &name) const { return gguf::isThere(file(name)); }

  void readTokenizer() {
    const std::string path = file(exists("tokenizer.json") ? "tokenizer.json" : "tokenizer.model");
    if (exists("tokenizer.json"))
      model.tokenizer =
          readHuggingFaceTokenizer(path, readJsonFile(path), model.architecture.vocabulary, model.tokenizerProblem);
    else if (exists("tokenizer.model"))
      model.tokenizer =
          sentencepiece::readSentencePieceModel(path, gguf::MappedFile(path).bytes(), model.architecture.vocabulary,
                                                flagMember(settings, "legacy", true), model.tokenizerProblem);
    if (!model.tokenizer)
      return;
    importer::TokenizerData &tokenizer = *model.tokenizer;
    if (tokenizer.beginning < 0)
      tokenizer.beginning = namedToken("bos_token").value_or(config.beginning);
    tokenizer.end = namedToken("eos_token").value_or(config.endings.empty() ? -1 : config.endings.front());
    readLlamaClass();
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
    const std::string text = value->is_object() ? textMember(*value, "content") : textMember(settings, key);
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
      const std::string text = value.is_string() ? value.get<std::string>() : textMember(value, "content");
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
      model.chatProblem = "the chat template needs the tokenizer, and there is none that is supported";
      return;
    }
    chat::DerivedChat derived = chat::deriveChatFormat(*source, *model.tokenizer, otherTokens());
    model.chat = std::move(derived.format);
    model.chatProblem = std::move(derived.problem);
    if (model.chat)
      for (int32_t token : endings())
        if (std::vector<int32_t> &stops = model.chat->stopTokens;
            std::find(stops.begin(), stops.end(), token) == stops.end())
          stops.push_back(token);
  }

  /// Tokens that end a text: generation_config.json decides over config.json.
  std::vector<int32_t> endings() const {
    if (!exists("generation_config.json"))
      return config.endings;
    const std::string path = file("generation_config.json");
    const json settings = readJsonFile(path);
    const json *value = findMember(settings, "eos_token_id");
    if (!value)
      return config.endings;
    constexpr size_t kMost = 1000; // they are compared one by one with every token that is generated
    if (value->is_array() && value->size() > kMost)
      importer::refuse(path, "'eos_token_id'",
                       "has " + std::to_string(value->size()) + " tokens, at most " + std::to_string(kMost) +
                           " are read");
    std::vector<int32_t> tokens;
    for (const json &token : value->is_array() ? *value : json::array({*value})) {
      if (!token.is_number_unsigned() || token.get<uint64_t>() >= uint64_t(model.architecture.vocabulary))
        importer::refuse(path, "'eos_token_id'",
                         weebill::importer::quoted(token.dump()) + " is not a token of the vocabulary of " +
                             std::to_string(model.architecture.vocabulary));
      tokens.push_back(token.get<int32_t>());
    }
    return tokens;
  }

  const std::string folder;
  const HuggingFaceConfig config;
  json settings = json::object(); // tokenizer_config.json
  importer::ImportedModel model;
};

} // namespace

bool isModelFolder(const std::string &path) {
  std::error_code error; // a path that cannot be examined is no folder
  return std::filesystem::exists(path + "/config.json", error);
}

importer::ImportedModel importHuggingFace(const std::string &folder) {
  std::string path = folder;
  while (path.size() > 1 && path.ends_with('/'))
    path.pop_back();
  return FolderReader(path).read();
}

} // namespace weebill::huggingface
