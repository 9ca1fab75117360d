//===- TokenizerSettings.cpp - Kinds of tokenizer.json that are read -----------===//
//
// Tested by tests/unit/compiler/import/HuggingFaceTokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/TokenizerSettings.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/huggingface/ByteLevelSettings.h"
#include "compiler/import/huggingface/ReadJson.h"
#include "compiler/import/huggingface/SentencePieceSettings.h"

namespace weebill::huggingface {

using nlohmann::json;

namespace {

void checkModel(const json &content) {
  const json *model = findMember(content, "model");
  const std::string type = model ? textMember(*model, "type", "BPE") : "";
  if (type == "Unigram")
    return;
  if (type != "BPE")
    unsupported("the tokenizer's model is " + weebill::importer::quoted(type) + ", supported are 'BPE' and 'Unigram'");
  for (const char *affix : {"continuing_subword_prefix", "end_of_word_suffix"})
    if (!textMember(*model, affix).empty())
      unsupported("the tokenizer marks parts of words (" + weebill::importer::quoted(affix) +
                  "), which is not supported");
  if (const json *dropout = findMember(*model, "dropout"); dropout && *dropout != 0)
    unsupported("the tokenizer leaves out merges at random ('dropout'), which is not supported");
}

/// A template may put one token before the text and nothing behind it.
std::string tokenOfTemplate(const json &processor) {
  const json *pieces = findMember(processor, "single");
  if (!pieces || !pieces->is_array() || pieces->empty() || pieces->size() > 2 ||
      !findMember(pieces->back(), "Sequence"))
    unsupported("the tokenizer puts more around every text than one token before it, which is not supported");
  if (pieces->size() == 1)
    return "";
  const json *token = findMember(pieces->front(), "SpecialToken");
  const std::string name = token ? textMember(*token, "id") : "";
  const json *all = findMember(processor, "special_tokens");
  const json *known = all ? findMember(*all, name) : nullptr;
  const json *ids = known ? findMember(*known, "ids") : nullptr;
  if (name.empty() || !ids || !ids->is_array() || ids->size() != 1)
    unsupported("the tokenizer puts more around every text than one token before it, which is not supported");
  return name;
}

std::string readPostProcessor(const json &processor) {
  const std::string type = textMember(processor, "type");
  if (type == "ByteLevel") // changes offsets, not ids
    return "";
  if (type == "TemplateProcessing")
    return tokenOfTemplate(processor);
  const json *inside = findMember(processor, "processors");
  if (type != "Sequence" || !inside || !inside->is_array())
    unsupported("the post-processor " + weebill::importer::quoted(type) + " is not supported");
  std::string token;
  for (const json &step : *inside) {
    const std::string next = textMember(step, "type") == "Sequence" ? "?" : readPostProcessor(step);
    if (next == "?" || (!token.empty() && !next.empty()))
      unsupported("the tokenizer puts more around every text than one token before it, which is not supported");
    token += next;
  }
  return token;
}

} // namespace

TokenizerSettings readTokenizerSettings(const json &content) {
  checkModel(content);
  const json &model = content.at("model");
  TokenizerSettings settings;
  settings.kind.byScores = textMember(model, "type") == "Unigram";
  settings.kind.wholeWords = !settings.kind.byScores && flagMember(model, "ignore_merges", false);
  if (settings.kind.byScores)
    readSentencePieceSettings(content, settings);
  else if (hasByteLevel(content))
    readByteLevelSettings(content, settings.kind);
  else if (flagMember(model, "byte_fallback", false))
    readSentencePieceSettings(content, settings);
  else
    unsupported(
        "the tokenizer has neither a pre-tokenizer 'ByteLevel' nor 'byte_fallback': supported is BPE that knows "
        "all bytes");
  if (const json *processor = findMember(content, "post_processor"))
    settings.beginning = readPostProcessor(*processor);
  return settings;
}

} // namespace weebill::huggingface
