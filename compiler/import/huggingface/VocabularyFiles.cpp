//===- VocabularyFiles.cpp - vocab.json with merges.txt -------------------===//
//
// Tested by tests/unit/compiler/import/VocabularyFilesTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/VocabularyFiles.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/gguf/MappedFile.h"
#include "compiler/import/huggingface/ReadJson.h"
#include "compiler/import/huggingface/TokenizerClass.h"
#include "compiler/import/huggingface/UnsupportedTokenizer.h"

namespace weebill::huggingface {

using nlohmann::json;

namespace {

constexpr const char *kQwenExpression =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

/// One pair a line, behind a line with the format's version.
json readMerges(const std::string &path, const importer::AskToEnd &ask) {
  const gguf::MappedFile file(path);
  std::string_view left = file.bytes();
  if (constexpr std::string_view kMark = "\xef\xbb\xbf"; left.starts_with(kMark)) // of the encoding
    left.remove_prefix(kMark.size());
  importer::LongLoop loop(ask);
  json merges = json::array();
  for (int64_t number = 1; !left.empty(); ++number) {
    loop.turn();
    const size_t end = left.find_first_of("\r\n");
    const std::string_view line = left.substr(0, end);
    left.remove_prefix(end == std::string_view::npos ? left.size()
                                                     : end + (left.substr(end).starts_with("\r\n") ? 2 : 1));
    if (line.empty() || (number == 1 && line.starts_with("#version:")))
      continue;
    const size_t space = line.find(' ');
    if (space == std::string_view::npos || space == 0 || space + 1 == line.size() ||
        line.find(' ', space + 1) != std::string_view::npos)
      importer::refuse(path, "line " + std::to_string(number),
                       weebill::importer::quoted(line) + " is no merge: two texts with a space between them");
    merges.push_back({line.substr(0, space), line.substr(space + 1)});
  }
  return merges;
}

json byteLevel(bool usesExpression) {
  return {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}, {"use_regex", usesExpression}};
}

} // namespace

bool hasVocabularyFiles(const std::string &folder) {
  return gguf::isThere(folder + "/vocab.json") && gguf::isThere(folder + "/merges.txt");
}

json readVocabularyFiles(const std::string &folder, const std::string &tokenizerClass, const importer::AskToEnd &ask) {
  const TokenizerClass *found = findTokenizerClass(tokenizerClass);
  const std::string_view known = found ? found->name : "";
  if (known != "GPT2" && known != "Qwen2")
    unsupported("the folder has vocab.json and merges.txt, which tell how text is cut only together with a "
                "'tokenizer_class' of GPT2Tokenizer or Qwen2Tokenizer in tokenizer_config.json, and it says " +
                weebill::importer::quoted(tokenizerClass) + "; transformers saves a tokenizer.json that tells it");
  json content = {{"added_tokens", json::array()},
                  {"normalizer", nullptr},
                  {"pre_tokenizer", byteLevel(true)},
                  {"post_processor", byteLevel(true)},
                  {"decoder", byteLevel(true)}};
  content["model"] = {{"type", "BPE"},
                      {"vocab", readJsonFile(folder + "/vocab.json", ask)},
                      {"merges", readMerges(folder + "/merges.txt", ask)}};
  if (known == "Qwen2") {
    content["normalizer"] = {{"type", "NFC"}};
    const json split = {
        {"type", "Split"}, {"pattern", {{"Regex", kQwenExpression}}}, {"behavior", "Isolated"}, {"invert", false}};
    content["pre_tokenizer"] = {{"type", "Sequence"}, {"pretokenizers", {split, byteLevel(false)}}};
  }
  return content;
}

} // namespace weebill::huggingface
