//===- AddedTokens.cpp - Tokens that are matched as whole text ------------===//
//
// Tested by tests/unit/compiler/import/HuggingFaceTokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/AddedTokens.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/huggingface/ReadJson.h"
#include "compiler/import/huggingface/TextChanges.h"
#include "compiler/import/huggingface/UnsupportedTokenizer.h"
#include "compiler/import/sentencepiece/CharacterMap.h"
#include "compiler/import/sentencepiece/CharacterTokens.h"

#include <algorithm>

namespace weebill::huggingface {

using nlohmann::json;

namespace {

/// Whether no character of `text` can be changed by normalization form C (KC, if `compatible`), nor any beside it. Only
/// blocks of which that is known are named; UTF-8 orders texts of one length as their code points.
bool staysInForm(const std::string &text, bool compatible) {
  struct Block {
    std::string_view first, last;
    bool compatible; // of form KC as well
  };
  constexpr Block kBlocks[] = {{"\u2500", "\u27ff", true}, {"\u4e00", "\u9fff", true}, {"\uff01", "\uff5e", false}};
  for (size_t at = 0; at < text.size();) {
    const uint8_t lead = uint8_t(text[at]);
    if (lead < (compatible ? 0xc2 : 0xcc)) { // ASCII; in form C all below U+0300
      ++at;
      continue;
    }
    const std::string_view character = std::string_view(text).substr(at, 3);
    if (lead < 0xe0 || lead >= 0xf0 ||
        std::none_of(
            std::begin(kBlocks), std::end(kBlocks),
            [&](const Block &block) {
              return character >= block.first && character <= block.last && (block.compatible || !compatible);
            }))
      return false;
    at += 3;
  }
  return true;
}

/// What the normalizer makes of a token that is looked for in normalized text.
std::string normalized(const std::string &stated, const importer::TokenizerData &tokenizer) {
  using Form = weights::TokenizerKind::Form;
  const weights::TokenizerKind &kind = tokenizer.kind;
  const std::optional<std::string> changed = changedText(kind.changes, stated);
  if (!changed || changed->empty())
    throw UnsupportedTokenizer("the added token " + weebill::importer::quoted(stated) +
                               " is 'normalized' and has letters that the normalizer might change, which is not "
                               "supported");
  const std::string &content = *changed;
  const bool compatible = kind.form == Form::KC;
  if ((kind.form == Form::C || compatible) && !staysInForm(content, compatible))
    throw UnsupportedTokenizer("the added token " + weebill::importer::quoted(content) +
                               " is 'normalized' and has letters that " + (compatible ? "NFKC" : "NFC") +
                               " might change, which is not supported");
  const bool inMap = sentencepiece::hasTextOf(tokenizer.map, content);
  const bool hasSpaces =
      kind.fewerSpaces != weights::TokenizerKind::FewerSpaces::Kept && content.find(' ') != content.npos;
  if (inMap || hasSpaces)
    throw UnsupportedTokenizer("the added token " + weebill::importer::quoted(content) +
                               " is 'normalized', and the normalizer changes " + (inMap ? "characters" : "spaces") +
                               " in it, which is not supported");
  if (!kind.marksSpaces || !kind.marksFirst)
    return content;
  return (kind.spaceBefore == weights::TokenizerKind::SpaceBefore::EveryPart ? " " : "") +
         sentencepiece::withPlainSpaces(content);
}

void checkFlags(const AddedTokenEntry &entry, const weights::TokenizerKind &kind) {
  // In such a text U+2581, which is no white space, and the space are one.
  if ((entry.takesSpacesBefore || entry.takesSpacesAfter) && entry.inChangedText && kind.marksSpaces && kind.marksFirst)
    throw UnsupportedTokenizer("token " + weebill::importer::quoted(entry.content) + " is matched with " +
                               (entry.takesSpacesBefore ? "'lstrip'" : "'rstrip'") +
                               " in text whose spaces were changed, which is not supported");
}

bool beginsWithSpace(const std::string &text) {
  constexpr std::string_view kBeyondAscii[] = {"\u0085", "\u00a0", "\u1680", "\u2028",
                                               "\u2029", "\u202f", "\u205f", "\u3000"};
  const bool amongWidths =
      text.compare(0, 2, "\xe2\x80") == 0 && text.size() > 2 && uint8_t(text[2]) <= 0x8a; // U+2000 on
  return text.find_first_of(" \t\n\v\f\r") == 0 || amongWidths ||
         std::any_of(std::begin(kBeyondAscii), std::end(kBeyondAscii),
                     [&](std::string_view space) { return text.starts_with(space); });
}

} // namespace

std::vector<AddedTokenEntry> readAddedTokens(const std::string &path, const json &content,
                                             const importer::TokenizerData &tokenizer) {
  std::vector<AddedTokenEntry> all;
  const json *added = findMember(content, "added_tokens");
  if (!added)
    return all;
  for (const json &token : *added) {
    AddedTokenEntry entry;
    entry.content = textMember(token, "content");
    const json *id = findMember(token, "id");
    if (entry.content.empty() || !id)
      importer::refuse(path, "added_tokens", "has a token without text or id");
    entry.id = *id;
    entry.special = flagMember(token, "special", false);
    entry.inChangedText = flagMember(token, "normalized", !entry.special);
    entry.takesSpacesBefore = flagMember(token, "lstrip", false);
    entry.takesSpacesAfter = flagMember(token, "rstrip", false);
    entry.isSingleWord = flagMember(token, "single_word", false);
    entry.searched = entry.inChangedText ? normalized(entry.content, tokenizer) : entry.content;
    checkFlags(entry, tokenizer.kind);
    all.push_back(entry);
  }
  // What white space one token takes must not be the beginning of another, or both would be found.
  const auto taker =
      std::find_if(all.begin(), all.end(), [](const AddedTokenEntry &entry) { return entry.takesSpacesAfter; });
  const auto other = std::find_if(all.begin(), all.end(),
                                  [](const AddedTokenEntry &entry) { return beginsWithSpace(entry.searched); });
  if (taker != all.end() && other != all.end())
    throw UnsupportedTokenizer(
        "token " + weebill::importer::quoted(taker->content) + " takes spaces after it ('rstrip') and token " +
        weebill::importer::quoted(other->content) + " may begin with one, which is not supported");
  return all;
}

} // namespace weebill::huggingface
