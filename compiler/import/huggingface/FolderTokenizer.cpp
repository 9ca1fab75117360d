//===- FolderTokenizer.cpp - The tokenizer of a model folder --------------===//
//
// Tested by tests/unit/compiler/import/FolderTokenizerTest.cpp and tests/emitted/test_added_tokens.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/FolderTokenizer.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/TextBehind.h"
#include "compiler/import/families/Families.h"
#include "compiler/import/gguf/MappedFile.h"
#include "compiler/import/huggingface/AddedTokenFiles.h"
#include "compiler/import/huggingface/AddedTokens.h"
#include "compiler/import/huggingface/HuggingFaceTokenizer.h"
#include "compiler/import/huggingface/ReadJson.h"
#include "compiler/import/huggingface/TekkenFile.h"
#include "compiler/import/huggingface/TokenizerClass.h"
#include "compiler/import/huggingface/TokenizerEnds.h"
#include "compiler/import/huggingface/UnsupportedTokenizer.h"
#include "compiler/import/huggingface/VocabularyFiles.h"
#include "compiler/import/sentencepiece/CharacterTokens.h"
#include "compiler/import/sentencepiece/ModelFile.h"

#include <unordered_map>

namespace weebill::huggingface {

using nlohmann::json;

namespace {

class FolderTokenizerReader {
public:
  FolderTokenizerReader(const std::string &folder, const HuggingFaceConfig &config,
                        const importer::ImportOptions &options, importer::ImportedModel &model, FolderText &text)
      : folder(folder), config(config), options(options), model(model), text(text) {}

  void read() {
    files.settings = readSettings("tokenizer_config.json");
    files.specialMap = readSettings("special_tokens_map.json");
    files.addedTokens = readSettings("added_tokens.json");
    text.settings = files.effectiveSettings(defaultClass());
    text.content = readSettings("tokenizer.json");
    text.namesTokens = !isOfTekken();
    if (options.withoutTokenizer) {
      model.tokenizerProblem = importer::kTokenizerLeftOut;
      return;
    }
    try {
      if (isOfTwoFiles())
        text.content = readVocabularyFiles(folder, tokenizerClass(), options.askToEnd);
      readVocabulary();
      if (model.tokenizer)
        readTokenizerEnds(file("tokenizer_config.json"), text.settings, config, knownClass(), *model.tokenizer);
      importer::noteTextBehind(model);
    } catch (const UnsupportedTokenizer &unsupported) {
      model.tokenizer.reset();
      model.tokenizerProblem = unsupported.what();
    }
  }

private:
  std::string file(const std::string &name) const { return folder + "/" + name; }
  bool exists(const std::string &name) const { return gguf::isThere(file(name)); }

  /// A file about text; without members if it is not there. Who does without the tokenizer need not mend it.
  json readSettings(const std::string &name) const {
    try {
      return exists(name) ? readJsonFile(file(name), options.askToEnd) : json::object();
    } catch (const importer::InputError &) {
      if (options.withoutTokenizer)
        return json::object();
      throw;
    }
  }

  std::string tokenizerClass() const { return textMember(text.settings, "tokenizer_class", defaultClass()); }

  /// vocab.json with merges.txt, which count only where there is nothing newer.
  bool isOfTwoFiles() const {
    return !exists("tokenizer.json") && !exists("tokenizer.model") && hasVocabularyFiles(folder);
  }

  /// mistral-common's file, which counts only where there is no other.
  bool isOfTekken() const {
    return !exists("tokenizer.json") && !exists("tokenizer.model") && !hasVocabularyFiles(folder) &&
           exists("tekken.json");
  }

  /// The class of a folder whose tokenizer's files name none. A tokenizer.json alone was saved by the package
  /// `tokenizers`, not by a class: it says everything itself.
  std::string defaultClass() const {
    if (isOfTekken())
      return "";
    if (!config.tokenizerClass.empty())
      return config.tokenizerClass;
    const families::ConfigForm &form = *families::familyOf(config.architecture).config;
    const bool saysAll = exists("tokenizer.json") && (form.choosesNoClass || !exists("tokenizer_config.json"));
    return saysAll ? "" : form.tokenizerClass;
  }
  const TokenizerClass *knownClass() const { return findTokenizerClass(tokenizerClass()); }
  bool isLlamaClass() const { return knownClass() && knownClass()->name == "Llama"; }

  void readVocabulary() {
    if (flagMember(text.settings, "split_special_tokens", false))
      unsupported("the tokenizer cuts the text of special tokens as any other ('split_special_tokens'), which is not "
                  "supported");
    // With this setting that class makes the tokenizer from tokenizer.model, whatever tokenizer.json says.
    const bool fromPieces =
        exists("tokenizer.model") &&
        (!exists("tokenizer.json") || (isLlamaClass() && findMember(text.settings, "add_prefix_space")));
    if (fromPieces)
      readPieces();
    else if (exists("tokenizer.json") || isOfTwoFiles())
      readJsonVocabulary();
    else if (isOfTekken())
      model.tokenizer = readTekkenFile(file("tekken.json"), readSettings("tekken.json"), model.architecture.vocabulary,
                                       options.askToEnd);
    else
      findOtherTokenizers();
  }

  json completed(const BaseVocabulary &base, const std::string &name) const {
    try {
      return completeAddedTokens(base, files, text.settings);
    } catch (const std::invalid_argument &error) {
      importer::refuse(file(name), "added tokens", error.what());
    }
  }

  void readJsonVocabulary() {
    BaseVocabulary base;
    const json *bpe = findMember(text.content, "model");
    const json *vocabulary = bpe ? findMember(*bpe, "vocab") : nullptr;
    // Unigram vocabularies are lists.
    std::unordered_map<std::string, int64_t> places;
    int64_t number = 0;
    if (vocabulary && vocabulary->is_array())
      for (const json &entry : *vocabulary)
        places.emplace(entry.is_array() && !entry.empty() && entry[0].is_string() ? entry[0].get<std::string>() : "",
                       number++);
    base.idOf = [&](const std::string &token) -> std::optional<int64_t> {
      if (const auto place = places.find(token); place != places.end())
        return place->second;
      const json *id = vocabulary ? findMember(*vocabulary, token) : nullptr;
      return id && id->is_number_unsigned() ? std::optional(id->get<int64_t>()) : std::nullopt;
    };
    base.size = vocabulary ? int64_t(vocabulary->size()) : 0;
    if (const json *own = findMember(text.content, "added_tokens"))
      base.own = *own;
    text.content["added_tokens"] = completed(base, "tokenizer_config.json");
    // The class sets this flag of a step that stands alone as its own setting says, unless that is null. Metaspace has
    // it in older files only, and then as a scheme.
    const auto setting = text.settings.find("add_prefix_space");
    const bool isSet = setting == text.settings.end() || !setting->is_null();
    if (json &step = text.content["pre_tokenizer"];
        isSet && !tokenizerClass().empty() && textMember(step, "type") == "ByteLevel")
      step["add_prefix_space"] = flagMember(text.settings, "add_prefix_space", false);
    leaveOutRowless(text.content["added_tokens"]);
    model.tokenizer = readHuggingFaceTokenizer(file(isOfTwoFiles() ? "vocab.json" : "tokenizer.json"), text.content,
                                               model.architecture.vocabulary, model.tokenizerProblem, options.askToEnd);
  }

  /// A token that the embedding has no row for can be neither read nor produced.
  void leaveOutRowless(json &tokens) {
    if (!tokens.is_array())
      return;
    std::string first;
    size_t count = 0;
    json kept = json::array();
    for (json &token : tokens) {
      const json *id = findMember(token, "id");
      if (!id || !id->is_number_unsigned() || id->get<uint64_t>() < uint64_t(model.architecture.vocabulary))
        kept.push_back(std::move(token));
      else if (!files.isOfClassAlone(textMember(token, "content"), knownClass()) && ++count == 1)
        first = textMember(token, "content");
    }
    tokens = std::move(kept);
    if (count > 0)
      model.notes.push_back(importer::counted(int64_t(count), "added token") + " beyond the vocabulary of " +
                            std::to_string(model.architecture.vocabulary) + ", such as " +
                            weebill::importer::quoted(first) + ", " + (count == 1 ? "is" : "are") +
                            " left out: the model has no row for " + (count == 1 ? "it" : "them"));
  }

  void readPieces() {
    const std::string path = file("tokenizer.model");
    sentencepiece::ModelFileOptions how;
    how.legacy = flagMember(text.settings, "legacy", true);
    if (const json *space = findMember(text.settings, "add_prefix_space"))
      how.spaceBefore = *space == true;
    std::vector<sentencepiece::Piece> pieces;
    model.tokenizer =
        sentencepiece::readSentencePieceModel(path, gguf::MappedFile(path).bytes(), model.architecture.vocabulary, how,
                                              model.tokenizerProblem, &pieces, options.askToEnd);
    if (!model.tokenizer)
      return;
    std::unordered_map<std::string, int64_t> ids;
    BaseVocabulary base;
    base.own = json::array();
    for (size_t id = 0; id < pieces.size(); ++id) {
      ids.emplace(pieces[id].text, int64_t(id));
      const bool control =
          pieces[id].type == sentencepiece::PieceType::Control || pieces[id].type == sentencepiece::PieceType::Unknown;
      if (control || pieces[id].type == sentencepiece::PieceType::UserDefined)
        base.own.push_back({{"id", id}, {"content", pieces[id].text}, {"special", control}, {"normalized", false}});
    }
    base.idOf = [&](const std::string &token) -> std::optional<int64_t> {
      const auto found = ids.find(token);
      return found == ids.end() ? std::nullopt : std::optional(found->second);
    };
    base.size = int64_t(pieces.size());
    json all = {{"added_tokens", completed(base, "tokenizer_config.json")}};
    leaveOutRowless(all["added_tokens"]);
    addToPieces(readAddedTokens(path, all, *model.tokenizer));
  }

  /// Tokens that are looked for as a whole, in the place of what the pieces say of them.
  void addToPieces(const std::vector<AddedTokenEntry> &entries) {
    importer::TokenizerData &data = *model.tokenizer;
    data.added.clear();
    for (const AddedTokenEntry &entry : entries) {
      const size_t id = entry.id.get<size_t>();
      data.tokens[id] = entry.special ? entry.content : sentencepiece::printedCharacters(entry.content);
      data.special[id] = entry.special;
      data.added.push_back(entry.asToken(int32_t(id)));
      data.kind.singleWords |= entry.isSingleWord;
    }
  }

  /// Tokenizers that other programs save in files of their own.
  void findOtherTokenizers() {
    for (const char *name : {"vocab.json", "merges.txt", "vocab.txt", "spiece.model", "sentencepiece.bpe.model",
                             "tokenizer.tiktoken", "qwen.tiktoken"})
      if (exists(name))
        unsupported("the folder has " + weebill::importer::quoted(name) +
                    ", supported are tokenizer.json, tokenizer.model, vocab.json with merges.txt, and tekken.json");
    model.notes.push_back("the folder has neither tokenizer.json nor tokenizer.model, so the program takes and prints "
                          "numbers of tokens only");
  }

  const std::string &folder;
  const HuggingFaceConfig &config;
  const importer::ImportOptions &options;
  importer::ImportedModel &model;
  FolderText &text;
  AddedTokenFiles files;
};

} // namespace

void readFolderTokenizer(const std::string &folder, const HuggingFaceConfig &config,
                         const importer::ImportOptions &options, importer::ImportedModel &model, FolderText &text) {
  FolderTokenizerReader(folder, config, options, model, text).read();
}

} // namespace weebill::huggingface
