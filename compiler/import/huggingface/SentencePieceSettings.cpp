//===- SentencePieceSettings.cpp - BPE on characters ----------------------===//
//
// Tested by tests/unit/compiler/import/HuggingFaceTokenizerTest.cpp, and against the `tokenizers` package by
// tests/emitted/test_tokenizer_families.py and test_decoders.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/SentencePieceSettings.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/huggingface/ReadJson.h"
#include "compiler/import/huggingface/TextChanges.h"
#include "compiler/import/huggingface/TokenizerSteps.h"
#include "compiler/import/huggingface/UnsupportedTokenizer.h"

namespace weebill::huggingface {

using nlohmann::json;

namespace {

using SpaceBefore = weights::TokenizerKind::SpaceBefore;

const std::string kMark = "\u2581";

bool replaces(const json &step, const std::string &what, const std::string &with) {
  return textMember(step, "type") == "Replace" && patternText(step) == what && textMember(step, "content") == with;
}

bool cutsAtSpaces(const json &step) {
  return textMember(step, "type") == "Split" && patternText(step) == " " && !flagMember(step, "invert", false);
}

/// Of several spaces one is left.
bool leavesOneSpace(const json &step, const std::string &with) {
  const json *pattern = findMember(step, "pattern");
  return textMember(step, "type") == "Replace" && pattern && textMember(*pattern, "Regex") == " {2,}" &&
         textMember(step, "content") == with;
}

/// What a normalizer has, in this order, each of it or not.
struct NormalizerSteps {
  bool stripsEnd = false, leavesOnePlain = false, leavesOneMark = false, marks = false;
};

[[noreturn]] void unsupportedStep(const json &step) {
  unsupported("the tokenizer changes text otherwise than by putting U+2581 before it and for spaces (normalizer " +
              weebill::importer::quoted(textMember(step, "type")) + "), which is not supported");
}

/// Strip at the end with nothing left of several spaces behind it: the two are one step.
bool stripsBefore(const json &all, size_t at) {
  return at + 1 < all.size() && textMember(all[at], "type") == "Strip" && !flagMember(all[at], "strip_left", true) &&
         (leavesOneSpace(all[at + 1], " ") || leavesOneSpace(all[at + 1], kMark));
}

/// [changes of TextChanges.h,] [Precompiled,] [Strip at the end,] [Replace several spaces by one,] [[Prepend U+2581,]
/// Replace " " by U+2581].
NormalizerSteps readNormalizer(const json &content, TokenizerSettings &settings) {
  using Form = weights::TokenizerKind::Form;
  NormalizerSteps found;
  const json all = tokenizerSteps(content, "normalizer", "normalizers");
  size_t at = 0;
  const auto is = [&](const char *type) { return at < all.size() && textMember(all[at], "type") == type; };
  while (at < all.size() && !replaces(all[at], " ", kMark) && !stripsBefore(all, at)) {
    const std::optional<weights::TextChange> change = changeOf(all[at]);
    if (!change)
      break;
    settings.kind.changes.push_back(*change);
    ++at;
  }
  if (is("Precompiled")) {
    settings.map = textMember(all[at++], "precompiled_charsmap");
    settings.kind.form = settings.map.empty() ? Form::AsItIs : Form::MapOfClusters;
  } else
    takeLastForm(settings.kind);
  checkChanges(settings.kind);
  if (is("Strip") && !flagMember(all[at], "strip_left", true) && flagMember(all[at], "strip_right", true)) {
    found.stripsEnd = true;
    ++at;
  }
  if (at < all.size()) {
    found.leavesOnePlain = leavesOneSpace(all[at], " ");
    found.leavesOneMark = leavesOneSpace(all[at], kMark);
    at += found.leavesOnePlain || found.leavesOneMark;
  }
  const bool prepends = is("Prepend") && textMember(all[at], "prepend") == kMark;
  if (prepends) {
    settings.kind.spaceBefore = SpaceBefore::EveryPart;
    ++at;
  }
  found.marks = at < all.size() && replaces(all[at], " ", kMark);
  at += found.marks;
  if (at < all.size())
    unsupportedStep(all[at]);
  if (prepends && !found.marks)
    unsupportedStep(all[at - 1]);
  using Fewer = weights::TokenizerKind::FewerSpaces;
  const bool leavesOne = found.leavesOnePlain || found.leavesOneMark;
  if (found.stripsEnd && !leavesOne)
    unsupported("the tokenizer takes white space from the end of a text ('Strip') behind 'Precompiled' and keeps "
                "several spaces in a row, which is not supported");
  if (leavesOne)
    settings.kind.fewerSpaces = found.stripsEnd ? Fewer::InsideAndEnd : Fewer::Inside;
  return found;
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
  kind.marksFirst = false;
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

void readSentencePieceSettings(const json &content, TokenizerSettings &settings) {
  weights::TokenizerKind &kind = settings.kind;
  kind.marksSpaces = true;
  kind.symbols = weights::TokenizerKind::Symbols::Characters;
  kind.pieces = weights::TokenizerKind::Pieces::Whole;
  const NormalizerSteps normalizer = readNormalizer(content, settings);
  json all = tokenizerSteps(content, "pre_tokenizer", "pretokenizers");
  // No space is left where the normalizer has put U+2581 for all of them: Gemma 3 cuts there all the same.
  while (normalizer.marks && !all.empty() && cutsAtSpaces(all[0]))
    all.erase(0);
  const bool cutsWords = !normalizer.marks && all.size() == 2 && textMember(all[0], "type") == "WhitespaceSplit";
  if (cutsWords)
    all.erase(0);
  if (normalizer.marks ? !all.empty() : all.size() != 1)
    unsupported("the tokenizer has " + std::string(kind.byScores ? "scores" : "'byte_fallback'") + " and " +
                (normalizer.marks ? "a" : "no") + " normalizer for spaces and " +
                importer::counted(int64_t(all.size()), "pre-tokenizer") + ", supported is one of the two");
  if (!normalizer.marks)
    readMetaspace(all[0], kind);
  if (cutsWords) {
    // A space before each word is what the words had, if each gets one and begins a piece.
    if (kind.spaceBefore != SpaceBefore::EveryPartWithout || kind.pieces != weights::TokenizerKind::Pieces::Words ||
        normalizer.leavesOneMark)
      unsupported(
          "the tokenizer cuts text at white space ('WhitespaceSplit') and does not put U+2581 before every word, "
          "which is not supported");
    kind.fewerSpaces = weights::TokenizerKind::FewerSpaces::WhiteSpace;
  }
  readDecoder(content, kind);
}

} // namespace weebill::huggingface
