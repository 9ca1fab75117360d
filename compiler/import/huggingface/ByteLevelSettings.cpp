//===- ByteLevelSettings.cpp - BPE on bytes -------------------------------===//
//
// Tested by tests/unit/compiler/import/HuggingFaceTokenizerTest.cpp, and against the `tokenizers` package by
// tests/emitted/test_tokenizer_families.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/ByteLevelSettings.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/huggingface/ReadJson.h"
#include "compiler/import/huggingface/TokenizerSteps.h"
#include "compiler/import/huggingface/UnsupportedTokenizer.h"

namespace weebill::huggingface {

using nlohmann::json;

namespace {

using Pieces = weights::TokenizerKind::Pieces;

struct Expression {
  const char *text;
  Pieces pieces;
};

/// The expressions that emitted programs know. Several spellings match the same pieces of every text: the tests run
/// each of them. What is not listed here is not known, however small the difference.
constexpr Expression kExpressions[] = {
    {R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)", Pieces::Gpt2},
    {R"('(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)", Pieces::Gpt2},
    {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     Pieces::Llama3},
    {R"('(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+)",
     Pieces::Llama3},
    {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     Pieces::Qwen},
    {R"('(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+)",
     Pieces::Qwen},
};

Pieces readSplit(const json &step) {
  const json *pattern = findMember(step, "pattern");
  const std::string text = pattern ? textMember(*pattern, "Regex") : "";
  // Nothing stands between the matches of the expressions that are known, so these two are one.
  const char *behavior = flagMember(step, "invert", false) ? "Removed" : "Isolated";
  if (text.empty() || textMember(step, "behavior") != behavior)
    unsupported("the pre-tokenizer 'Split' does not cut text into the matches of a regular expression ('Isolated', or "
                "'Removed' and inverted), which is not supported");
  for (const Expression &expression : kExpressions)
    if (text == expression.text)
      return expression.pieces;
  unsupported("the pre-tokenizer's regular expression " + weebill::importer::quoted(text) + " is not known");
}

/// The step that turns text into bytes; `cutBefore`: another step has cut it into pieces.
void checkByteLevel(const json &step, bool cutBefore) {
  if (textMember(step, "type") != "ByteLevel")
    unsupported("the pre-tokenizer " + weebill::importer::quoted(textMember(step, "type")) +
                " is not supported, only 'ByteLevel' is, alone or after 'Digits' or 'Split'");
  if (flagMember(step, "add_prefix_space", true))
    unsupported("the tokenizer puts a space before every text ('add_prefix_space'), which is not supported");
  if (flagMember(step, "use_regex", true) && cutBefore)
    unsupported("the pre-tokenizer cuts text after 'Split' once more ('use_regex' is true), which is not supported");
  if (!flagMember(step, "use_regex", true) && !cutBefore)
    unsupported("the pre-tokenizer does not cut text into words ('use_regex' is false), which is not supported");
}

Pieces readPieces(const json &content) {
  json all = tokenizerSteps(content, "pre_tokenizer", "pretokenizers");
  const std::string first = all.size() == 2 ? textMember(all[0], "type") : "";
  Pieces pieces = Pieces::Gpt2;
  if (first == "Digits") {
    if (!flagMember(all[0], "individual_digits", false))
      unsupported("the pre-tokenizer keeps numbers together ('individual_digits' is false), which is not supported");
    pieces = Pieces::Smollm;
  } else if (first == "Split") {
    pieces = readSplit(all[0]);
  }
  if (first == "Digits" || first == "Split")
    all.erase(0);
  for (const json &step : all)
    checkByteLevel(step, first == "Split");
  if (all.size() != 1)
    unsupported("the pre-tokenizer has " + importer::counted(int64_t(all.size()), "step") +
                ", supported are 'ByteLevel' alone and with 'Digits' or 'Split' before it");
  return pieces;
}

void checkDecoder(const json &content) {
  for (const json &step : tokenizerSteps(content, "decoder", "decoders"))
    if (textMember(step, "type") != "ByteLevel")
      unsupported("the tokenizer's decoder is " + weebill::importer::quoted(textMember(step, "type")) +
                  ", supported is 'ByteLevel'");
}

} // namespace

bool hasByteLevel(const json &content) {
  for (const json &step : tokenizerSteps(content, "pre_tokenizer", "pretokenizers"))
    if (textMember(step, "type") == "ByteLevel")
      return true;
  return false;
}

void readByteLevelSettings(const json &content, weights::TokenizerKind &kind) {
  for (const json &step : tokenizerSteps(content, "normalizer", "normalizers")) {
    if (textMember(step, "type") != "NFC")
      unsupported("the tokenizer changes text before it cuts it (normalizer " +
                  weebill::importer::quoted(textMember(step, "type")) + "), supported is 'NFC'");
    kind.change = weights::TokenizerKind::Change::FormC;
  }
  kind.pieces = readPieces(content);
  checkDecoder(content);
}

} // namespace weebill::huggingface
