//===- SentencePieceSettings.cpp - BPE on characters ----------------------===//
//
// Tested by tests/unit/compiler/import/HuggingFaceTokenizerTest.cpp, and against the `tokenizers` package by
// tests/emitted/test_tokenizer_families.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/SentencePieceSettings.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/huggingface/ReadJson.h"
#include "compiler/import/huggingface/TokenizerSteps.h"
#include "compiler/import/huggingface/UnsupportedTokenizer.h"

namespace weebill::huggingface {

using nlohmann::json;

namespace {

using SpaceBefore = weights::TokenizerKind::SpaceBefore;

const std::string kMark = "\u2581";

bool replaces(const json &step, const std::string &what, const std::string &with) {
  const json *pattern = findMember(step, "pattern");
  return textMember(step, "type") == "Replace" && pattern && textMember(*pattern, "String") == what &&
         textMember(step, "content") == with;
}

bool cutsAtSpaces(const json &step) {
  const json *pattern = findMember(step, "pattern");
  return textMember(step, "type") == "Split" && pattern && textMember(*pattern, "String") == " " &&
         !flagMember(step, "invert", false);
}

/// [Prepend U+2581,] Replace " " by U+2581. Returns whether there is a normalizer.
bool readNormalizer(const json &content, weights::TokenizerKind &kind) {
  json all = tokenizerSteps(content, "normalizer", "normalizers");
  if (all.empty())
    return false;
  if (textMember(all[0], "type") == "Prepend" && textMember(all[0], "prepend") == kMark) {
    kind.spaceBefore = SpaceBefore::EveryPart;
    all.erase(0);
  }
  if (all.size() != 1 || !replaces(all[0], " ", kMark))
    unsupported("the tokenizer changes text otherwise than by putting U+2581 before it and for spaces (normalizer " +
                weebill::importer::quoted(all.empty() ? "Prepend" : textMember(all[0], "type")) +
                "), which is not supported");
  return true;
}

/// Files from before there were schemes have a flag.
std::string prependScheme(const json &step) {
  return textMember(step, "prepend_scheme", flagMember(step, "add_prefix_space", true) ? "always" : "never");
}

void readMetaspace(const json &step, weights::TokenizerKind &kind) {
  if (textMember(step, "type") != "Metaspace")
    unsupported("the pre-tokenizer " + weebill::importer::quoted(textMember(step, "type")) +
                " is not supported for SentencePiece's vocabularies, only 'Metaspace' is");
  if (textMember(step, "replacement") != kMark)
    unsupported("the pre-tokenizer puts " + weebill::importer::quoted(textMember(step, "replacement")) +
                " for spaces, supported is U+2581");
  const std::string scheme = prependScheme(step);
  if (scheme == "always")
    kind.spaceBefore = SpaceBefore::EveryPartWithout;
  else if (scheme == "first")
    kind.spaceBefore = SpaceBefore::TextWithout;
  else if (scheme != "never")
    unsupported("the pre-tokenizer's 'prepend_scheme' is " + weebill::importer::quoted(scheme) +
                ", supported are 'always', 'first' and 'never'");
  kind.changesFirst = false;
  if (flagMember(step, "split", true))
    kind.pieces = weights::TokenizerKind::Pieces::Words;
}

/// Replace U+2581 by " ", ByteFallback, Fuse[, Strip one space from the left]; of unigram vocabularies Metaspace too.
void readDecoder(const json &content, weights::TokenizerKind &kind) {
  json all = tokenizerSteps(content, "decoder", "decoders");
  if (kind.byScores && all.size() == 1 && decodesMarksOnly(content) && textMember(all[0], "replacement") == kMark) {
    kind.dropsFirstSpace = prependScheme(all[0]) != "never";
    return;
  }
  const auto is = [&](size_t index, const char *type) { return textMember(all[index], "type") == type; };
  if (all.size() == 4 && is(3, "Strip") && textMember(all[3], "content") == " " && all[3].value("start", json()) == 1 &&
      all[3].value("stop", json()) == 0) {
    kind.dropsFirstSpace = true;
    all.erase(3);
  }
  if (all.size() != 3 || !replaces(all[0], kMark, " ") || !is(1, "ByteFallback") || !is(2, "Fuse"))
    unsupported("the tokenizer's decoder is not 'Replace' of U+2581 by a space, 'ByteFallback', 'Fuse' and at most one "
                "space taken from the left ('Strip'), which is not supported");
}

} // namespace

bool decodesMarksOnly(const json &content) {
  const json steps = tokenizerSteps(content, "decoder", "decoders");
  return steps.size() == 1 && textMember(steps[0], "type") == "Metaspace";
}

void readSentencePieceSettings(const json &content, weights::TokenizerKind &kind) {
  kind.change = weights::TokenizerKind::Change::Spaces;
  kind.symbols = weights::TokenizerKind::Symbols::Characters;
  kind.pieces = weights::TokenizerKind::Pieces::Whole;
  const bool normalized = readNormalizer(content, kind);
  json all = tokenizerSteps(content, "pre_tokenizer", "pretokenizers");
  // No space is left where the normalizer has put U+2581 for all of them: Gemma 3 cuts there all the same.
  while (normalized && !all.empty() && cutsAtSpaces(all[0]))
    all.erase(0);
  if (normalized ? !all.empty() : all.size() != 1)
    unsupported("the tokenizer has " + std::string(kind.byScores ? "scores" : "'byte_fallback'") + " and " +
                (normalized ? "a" : "no") + " normalizer for spaces and " +
                importer::counted(int64_t(all.size()), "pre-tokenizer") + ", supported is one of the two");
  if (!normalized)
    readMetaspace(all[0], kind);
  readDecoder(content, kind);
}

} // namespace weebill::huggingface
