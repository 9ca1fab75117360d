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

/// Texts of the tokens around every text.
struct TokensAround {
  std::string before, behind;
};

[[noreturn]] void unsupportedAround() {
  unsupported("the tokenizer puts more before every text than one token, which is not supported");
}

/// Pieces of a template: special tokens, and where the text stands.
TokensAround tokensOfTemplate(const json &processor) {
  const json *pieces = findMember(processor, "single"), *all = findMember(processor, "special_tokens");
  TokensAround around;
  size_t before = 0, texts = 0;
  for (const json &piece : pieces && pieces->is_array() ? *pieces : json::array()) {
    if (findMember(piece, "Sequence")) {
      ++texts;
      continue;
    }
    const json *token = findMember(piece, "SpecialToken");
    const std::string name = token ? textMember(*token, "id") : "";
    const json *known = all && !name.empty() ? findMember(*all, name) : nullptr;
    const json *ids = known ? findMember(*known, "ids") : nullptr;
    if (!ids || !ids->is_array() || ids->size() != 1)
      unsupported("the tokenizer's template for what stands around a text names a token that it does not tell");
    (texts ? around.behind : around.before) += name;
    before += texts == 0;
  }
  if (texts != 1)
    unsupported("the tokenizer's template for what stands around a text has the text " +
                importer::counted(int64_t(texts), "time") + ", which is not supported");
  if (before > 1)
    unsupportedAround();
  return around;
}

/// BERT's and RoBERTa's: a text and a number each.
std::string tokenOfPair(const json &processor, const char *name) {
  const json *pair = findMember(processor, name);
  if (!pair || !pair->is_array() || pair->empty() || !(*pair)[0].is_string())
    unsupported("the post-processor " + weebill::importer::quoted(textMember(processor, "type")) + " has no " +
                weebill::importer::quoted(name) + ", which is not supported");
  return (*pair)[0].get<std::string>();
}

TokensAround readPostProcessor(const json &processor) {
  const std::string type = textMember(processor, "type");
  if (type == "ByteLevel") // changes offsets, not ids
    return {};
  if (type == "TemplateProcessing")
    return tokensOfTemplate(processor);
  if (type == "BertProcessing" || type == "RobertaProcessing")
    return {tokenOfPair(processor, "cls"), tokenOfPair(processor, "sep")};
  const json *inside = findMember(processor, "processors");
  if (type != "Sequence" || !inside || !inside->is_array())
    unsupported("the post-processor " + weebill::importer::quoted(type) + " is not supported");
  TokensAround around;
  for (const json &step : *inside) {
    if (textMember(step, "type") == "Sequence")
      unsupported("the post-processor is a sequence in a sequence, which is not supported");
    const TokensAround next = readPostProcessor(step);
    if (!around.before.empty() && !next.before.empty())
      unsupportedAround();
    around.before = next.before + around.before; // the later one stands outside
    around.behind += next.behind;
  }
  return around;
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
  if (const json *processor = findMember(content, "post_processor")) {
    const TokensAround around = readPostProcessor(*processor);
    settings.beginning = around.before;
    settings.behind = around.behind;
  }
  return settings;
}

} // namespace weebill::huggingface
