//===- ByteLevelBpe.cpp - Kinds of tokenizer.json that are read -----------===//
//
// Tested by tests/unit/compiler/import/HuggingFaceTokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/ByteLevelBpe.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/huggingface/ReadJson.h"

namespace weebill {

using nlohmann::json;

namespace {

[[noreturn]] void unsupported(const std::string &reason) { throw UnsupportedTokenizer(reason); }

void checkModel(const json &content) {
  const json *model = findMember(content, "model");
  const std::string type = model ? textMember(*model, "type", "BPE") : "";
  if (type != "BPE")
    unsupported("the tokenizer's model is " + weebill::quoted(type) + ", supported is 'BPE' on bytes");
  if (flagMember(*model, "byte_fallback", false))
    unsupported("the tokenizer is SentencePiece's kind of BPE ('byte_fallback'), supported is BPE on bytes");
  if (flagMember(*model, "ignore_merges", false))
    unsupported("the tokenizer takes whole words before it merges ('ignore_merges'), which is not supported");
  for (const char *affix : {"continuing_subword_prefix", "end_of_word_suffix"})
    if (!textMember(*model, affix).empty())
      unsupported("the tokenizer marks parts of words (" + weebill::quoted(affix) + "), which is not supported");
  if (const json *dropout = findMember(*model, "dropout"); dropout && *dropout != 0)
    unsupported("the tokenizer leaves out merges at random ('dropout'), which is not supported");
  if (const json *normalizer = findMember(content, "normalizer"))
    unsupported("the tokenizer changes text before it cuts it (normalizer " +
                weebill::quoted(textMember(*normalizer, "type")) + "), which is not supported");
  if (const json *decoder = findMember(content, "decoder"); decoder && textMember(*decoder, "type") != "ByteLevel")
    unsupported("the tokenizer's decoder is " + weebill::quoted(textMember(*decoder, "type")) +
                ", supported is 'ByteLevel'");
}

void checkByteLevel(const json &step) {
  if (textMember(step, "type") != "ByteLevel")
    unsupported("the pre-tokenizer " + weebill::quoted(textMember(step, "type")) +
                " is not supported, only 'ByteLevel' is, alone or after 'Digits'");
  if (flagMember(step, "add_prefix_space", true))
    unsupported("the tokenizer puts a space before every text ('add_prefix_space'), which is not supported");
  if (!flagMember(step, "use_regex", true))
    unsupported("the pre-tokenizer does not cut text into words ('use_regex' is false), which is not supported");
}

TokenizerData::PreTokenizer readPreTokenizer(const json &content) {
  const json *pre = findMember(content, "pre_tokenizer");
  if (!pre)
    unsupported("the tokenizer has no pre-tokenizer, supported is 'ByteLevel'");
  json steps = json::array({*pre});
  if (textMember(*pre, "type") == "Sequence")
    if (const json *inside = findMember(*pre, "pretokenizers"); inside && inside->is_array())
      steps = *inside;
  const bool digits = steps.size() == 2 && textMember(steps[0], "type") == "Digits";
  if (digits && !flagMember(steps[0], "individual_digits", false))
    unsupported("the pre-tokenizer keeps numbers together ('individual_digits' is false), which is not supported");
  if (digits)
    steps.erase(0);
  for (const json &step : steps)
    checkByteLevel(step);
  if (steps.size() != 1)
    unsupported("the pre-tokenizer has " + counted(int64_t(steps.size()), "step") +
                ", supported are 'ByteLevel' alone and 'Digits' with 'ByteLevel'");
  return digits ? TokenizerData::PreTokenizer::Smollm : TokenizerData::PreTokenizer::Gpt2;
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
    unsupported("the post-processor " + weebill::quoted(type) + " is not supported");
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

ByteLevelBpe readByteLevelBpe(const json &content) {
  checkModel(content);
  ByteLevelBpe kind{readPreTokenizer(content), ""};
  if (const json *processor = findMember(content, "post_processor"))
    kind.beginning = readPostProcessor(*processor);
  return kind;
}

} // namespace weebill
