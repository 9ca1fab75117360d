//===- ImportHuggingFace.cpp - A model folder as a model ------------------===//
//
// Tested by tests/unit/compiler/import/ImportHuggingFaceTest.cpp, DamagedFoldersTest.cpp and
// tests/emitted/test_huggingface.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/ImportHuggingFace.h"

#include "compiler/import/ModelSource.h"
#include "compiler/import/Refuse.h"
#include "compiler/import/StopTokens.h"
#include "compiler/import/chat/DeriveChatFormat.h"
#include "compiler/import/chat/TemplateValues.h"
#include "compiler/import/families/Families.h"
#include "compiler/import/gguf/MappedFile.h"
#include "compiler/import/huggingface/CheckpointTensors.h"
#include "compiler/import/huggingface/FolderTokenizer.h"
#include "compiler/import/huggingface/GenerationSettings.h"
#include "compiler/import/huggingface/ReadJson.h"
#include "compiler/import/huggingface/TokenIds.h"

#include <algorithm>
#include <filesystem>

namespace weebill::huggingface {

using nlohmann::json;

namespace {

class FolderReader {
public:
  FolderReader(const std::string &folder, const importer::ImportOptions &options)
      : folder(folder), options(options), ignored(options.ignoredFields),
        config(readConfig(file("config.json"), ignored)) {}

  importer::ImportedModel read() {
    model.path = folder;
    model.name = importer::nameOfFolder(folder);
    model.architecture = config.architecture;
    ignored.tell(file("config.json"), model);
    const auto checkpoint = std::make_shared<const Checkpoint>(
        folder, readQuantization(file("config.json"), readJsonFile(file("config.json"))));
    model.architecture.headBias = checkpoint->find(checkpoint->nameOf(families::kCheckpointHeadBias)) != nullptr;
    model.source = makeCheckpointTensorSource(checkpoint, model.architecture);
    tellLeftOut(*checkpoint);
    readFolderTokenizer(folder, config, options, model, text);
    readChat();
    readStopTokens();
    readGenerationSettings(folder, model);
    return std::move(model);
  }

private:
  std::string file(const std::string &name) const { return folder + "/" + name; }
  bool exists(const std::string &name) const { return gguf::isThere(file(name)); }

  void tellLeftOut(const Checkpoint &checkpoint) {
    const families::ConfigForm &form = *families::familyOf(model.architecture).config;
    if (std::any_of(form.leftOut.begin(), form.leftOut.end(), [&](std::string_view name) {
          return checkpoint.find(checkpoint.nameOf(std::string(name))) != nullptr;
        }))
      model.notes.push_back(form.leftOutNote);
  }

  /// chat_template.jinja, or the template inside tokenizer_config.json, which is older: a text, or a list with names.
  std::optional<std::string> chatTemplate() {
    if (exists("chat_template.jinja"))
      return std::string(gguf::MappedFile(file("chat_template.jinja")).bytes());
    const json *value = findMember(text.settings, "chat_template");
    if (!value)
      return std::nullopt;
    if (value->is_string())
      return value->get<std::string>();
    std::string names;
    for (const json &entry : value->is_array() ? *value : json::array()) {
      const std::string name = textMember(entry, "name");
      if (name == "default" && findMember(entry, "template"))
        return textMember(entry, "template");
      if (names.size() < 200)
        names += (names.empty() ? "" : ", ") + weebill::importer::quoted(name);
    }
    model.chatProblem = !value->is_array() ? "'chat_template' of tokenizer_config.json is neither a text nor a list"
                        : names.empty()    ? "'chat_template' of tokenizer_config.json is an empty list"
                                           : "tokenizer_config.json has several chat templates (" + names +
                                                 ") and none of them is the 'default'";
    return std::nullopt;
  }

  /// Special tokens that templates know by name: what the settings say, whatever stands before every text.
  std::optional<chat::NamedTexts> namedTokens() const {
    if (!text.namesTokens)
      return std::nullopt;
    chat::NamedTexts tokens;
    const auto add = [&](const std::string &name, const json &value) {
      if (const std::string token = tokenText(value); !token.empty())
        tokens.emplace_back(name, token);
    };
    for (const char *name :
         {"bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"})
      if (const json *value = findMember(text.settings, name))
        add(name, *value);
    if (const json *extra = findMember(text.settings, "extra_special_tokens"); extra && extra->is_object())
      for (const auto &[name, value] : extra->items())
        add(name, value);
    return tokens;
  }

  void readChat() {
    const std::optional<std::string> source = chatTemplate();
    if (!source) {
      chat::noteUnused(options.chat, model);
      return;
    }
    if (!model.tokenizer) {
      model.chatProblem = importer::kChatNeedsTokenizer;
      return;
    }
    chat::DerivedChat derived = chat::deriveChatFormat(*source, *model.tokenizer, namedTokens(), options.chat);
    model.chat = std::move(derived.format);
    model.chatProblem = std::move(derived.problem);
    chat::noteThoughts(model);
  }

  /// Whatever ends a text: what the tokenizer says, or its file where it cannot be used; the chat template; every
  /// token of the configurations. Some of them name an end that others forget.
  void readStopTokens() {
    if (model.tokenizer)
      importer::addStopTokens(model, {model.tokenizer->end}, "the tokenizer");
    else if (const json *value = findMember(text.settings, "eos_token"))
      importer::addStopTokens(model, {idInFile(text.content, tokenText(*value)).value_or(-1)}, "tokenizer_config.json");
    if (model.chat)
      importer::addStopTokens(model, {model.chat->stopTokens.begin(), model.chat->stopTokens.end()},
                              "the chat template");
    if (exists("generation_config.json"))
      importer::addStopTokens(model, readEndings(file("generation_config.json")),
                              "'eos_token_id' of generation_config.json");
    importer::addStopTokens(model, config.endings, "'eos_token_id' of config.json");
    if (!exists("generation_config.json"))
      addUsualEnding();
  }

  /// Where no file says what ends a text, transformers' class does. A generation_config.json says it, also by leaving
  /// it out.
  void addUsualEnding() {
    const int64_t end = config.usualEnding;
    if (end < 0 || end >= model.architecture.vocabulary)
      return;
    const size_t stated = model.stopTokens.size();
    importer::addStopTokens(model, {end}, "");
    if (model.stopTokens.size() > stated)
      model.notes.push_back("config.json has no 'eos_token_id', so token " + std::to_string(end) +
                            " ends a text, as in transformers' class of " +
                            weebill::importer::quoted(model.architecture.family) +
                            "; null in its place says that there is none");
  }

  const std::string folder;
  const importer::ImportOptions options;
  const importer::IgnoredFields ignored;
  const HuggingFaceConfig config;
  FolderText text;
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
