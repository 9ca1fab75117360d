//===- TokenizerSettings.cpp - Kinds of tokenizer.json that are read -----------===//
//
// Tested by tests/unit/compiler/import/HuggingFaceTokenizerTest.cpp and TokensAroundTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/TokenizerSettings.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/huggingface/ByteLevelSettings.h"
#include "compiler/import/huggingface/ReadJson.h"
#include "compiler/import/huggingface/SentencePieceSettings.h"

#include <utility>

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

/// More than any tokenizer puts beside a text, and few enough to be written down in a program.
constexpr size_t kMostBeside = 64;

struct TokensAround {
  std::vector<TokenBeside> before, behind;
  bool empty() const { return before.empty() && behind.empty(); }
};

void add(std::vector<TokenBeside> &tokens, const std::string &name, const json &id) {
  if (!id.is_number_unsigned())
    unsupported("the tokenizer puts " + importer::quoted(name) + " beside every text, of which it tells no number");
  if (tokens.size() == kMostBeside)
    unsupported("the tokenizer puts more than " + std::to_string(kMostBeside) +
                " tokens before or behind every text, which is not supported");
  tokens.push_back({name, id.get<uint64_t>()});
}

/// Pieces of a template: special tokens, each of one number or several, and where the text stands.
TokensAround tokensOfTemplate(const json &processor) {
  const json *pieces = findMember(processor, "single"), *all = findMember(processor, "special_tokens");
  TokensAround around;
  size_t texts = 0;
  for (const json &piece : pieces && pieces->is_array() ? *pieces : json::array()) {
    if (const json *text = findMember(piece, "Sequence"); text && textMember(*text, "id") == "A") {
      ++texts;
      continue;
    }
    const json *token = findMember(piece, "SpecialToken");
    const std::string name = token ? textMember(*token, "id") : "";
    const json *known = all && !name.empty() ? findMember(*all, name) : nullptr;
    const json *ids = known ? findMember(*known, "ids") : nullptr;
    if (!ids || !ids->is_array())
      unsupported("the tokenizer's template for what stands around a text names a token that it does not tell");
    for (const json &id : *ids)
      add(texts ? around.behind : around.before, name, id);
  }
  if (texts != 1)
    unsupported("the tokenizer's template for what stands around a text has the text " +
                importer::counted(int64_t(texts), "time") + ", which is not supported");
  return around;
}

/// BERT's and RoBERTa's: a text and a number each.
std::vector<TokenBeside> tokenOfPair(const json &processor, const char *name) {
  const json *pair = findMember(processor, name);
  if (!pair || !pair->is_array() || pair->size() != 2 || !(*pair)[0].is_string())
    unsupported("the post-processor " + weebill::importer::quoted(textMember(processor, "type")) + " has no " +
                weebill::importer::quoted(name) + ", which is not supported");
  std::vector<TokenBeside> token;
  add(token, (*pair)[0].get<std::string>(), (*pair)[1]);
  return token;
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
    // What the first one put there is a text of its own to the next one, which takes its template for pairs then.
    if (!around.empty() && textMember(step, "type") != "ByteLevel")
      unsupported("the tokenizer has another post-processor behind one that puts tokens around every text, which is "
                  "not supported");
    if (TokensAround next = readPostProcessor(step); !next.empty())
      around = std::move(next);
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
    TokensAround around = readPostProcessor(*processor);
    settings.before = std::move(around.before);
    settings.behind = std::move(around.behind);
  }
  return settings;
}

} // namespace weebill::huggingface
