//===- TextChanges.cpp - Normalizers of tokenizer.json --------------------===//

#include "compiler/import/huggingface/TextChanges.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/huggingface/ReadJson.h"
#include "compiler/import/huggingface/TokenizerSteps.h"
#include "compiler/import/huggingface/UnsupportedTokenizer.h"

#include <algorithm>

namespace weebill::huggingface {

using nlohmann::json;

namespace {

using What = weights::TextChange::What;

constexpr size_t kLongestText = 256; // of a text that is looked for or put in its place
constexpr uint64_t kMostGrowth =
    64; // bytes that a byte becomes at most, by all changes: emitted programs take room for it

bool isCompatible(What what) { return what == What::FormKC || what == What::FormKD; }
bool isForm(What what) { return what == What::FormC || what == What::FormD || isCompatible(what); }

/// As runtime/tokenizer_tables.h, text_by_characters.h and text_replaced.h have it.
uint64_t growthOf(const weights::TextChange &change) {
  switch (change.what) {
  case What::FormC:
  case What::FormD:
    return 3;
  case What::FormKC:
  case What::FormKD:
    return 11;
  case What::SmallLetters:
    return 2;
  case What::Replaced:
    return std::max<uint64_t>((change.content.size() + change.pattern.size() - 1) / change.pattern.size(), 1);
  case What::NoAccents:
  case What::StripStart:
  case What::StripEnd:
  case What::Strip:
    return 1;
  }
  return 1;
}

bool isAscii(const std::string &text) {
  return std::all_of(text.begin(), text.end(), [](char letter) { return uint8_t(letter) < 0x80; });
}

std::string replaced(const std::string &text, const weights::TextChange &change) {
  std::string result;
  for (size_t at = 0; at < text.size();) {
    const bool found = text.compare(at, change.pattern.size(), change.pattern) == 0;
    result += found ? change.content : text.substr(at, 1);
    at += found ? change.pattern.size() : 1;
  }
  return result;
}

std::string stripped(std::string text, bool start, bool end) {
  constexpr const char *kSpaces = " \t\n\v\f\r";
  if (start)
    text.erase(0, std::min(text.find_first_not_of(kSpaces), text.size()));
  if (end)
    text.erase(text.find_last_not_of(kSpaces) + 1); // npos + 1 is 0
  return text;
}

std::string smallLetters(std::string text) {
  for (char &letter : text)
    if (letter >= 'A' && letter <= 'Z')
      letter = char(letter - 'A' + 'a');
  return text;
}

} // namespace

std::optional<weights::TextChange> changeOf(const json &step) {
  constexpr std::pair<const char *, What> kPlain[] = {{"NFC", What::FormC},
                                                      {"NFD", What::FormD},
                                                      {"NFKC", What::FormKC},
                                                      {"NFKD", What::FormKD},
                                                      {"Lowercase", What::SmallLetters},
                                                      {"StripAccents", What::NoAccents}};
  const std::string type = textMember(step, "type");
  for (const auto &[name, what] : kPlain)
    if (type == name)
      return weights::TextChange{what};
  if (type == "Strip") {
    const bool start = flagMember(step, "strip_left", true), end = flagMember(step, "strip_right", true);
    if (start || end)
      return weights::TextChange{start && end ? What::Strip : start ? What::StripStart : What::StripEnd};
  }
  const std::string text = type == "Replace" ? patternText(step) : "";
  if (text.empty() || !findMember(step, "content"))
    return std::nullopt;
  weights::TextChange change{What::Replaced, text, textMember(step, "content")};
  if (std::max(text.size(), change.content.size()) > kLongestText)
    unsupported("the normalizer 'Replace' has a text of more than " + std::to_string(kLongestText) +
                " bytes, which is not supported");
  return change;
}

void takeLastForm(weights::TokenizerKind &kind) {
  if (kind.changes.empty())
    return;
  const What last = kind.changes.back().what;
  if (last != What::FormC && last != What::FormKC)
    return;
  kind.form = last == What::FormC ? weights::TokenizerKind::Form::C : weights::TokenizerKind::Form::KC;
  kind.changes.pop_back();
}

void checkChanges(const weights::TokenizerKind &kind) {
  if (kind.changes.size() > weights::kMostTextChanges)
    unsupported("the tokenizer changes text in " + std::to_string(kind.changes.size()) + " steps, supported are " +
                std::to_string(weights::kMostTextChanges));
  using Form = weights::TokenizerKind::Form;
  bool canonical = kind.form == Form::C, compatible = kind.form == Form::KC;
  uint64_t growth = 1;
  for (const weights::TextChange &change : kind.changes) {
    canonical |= isForm(change.what) && !isCompatible(change.what);
    compatible |= isCompatible(change.what);
    growth = std::min(growth * growthOf(change), kMostGrowth + 1); // the factors are at most 256
  }
  if (canonical && compatible)
    unsupported("the tokenizer brings text to forms of both kinds (NFC or NFD, and NFKC or NFKD), which is not "
                "supported");
  if (growth > kMostGrowth)
    unsupported("the tokenizer's normalizers may make a text more than " + std::to_string(kMostGrowth) +
                " times as long, which is not supported");
}

std::optional<std::string> changedText(const std::vector<weights::TextChange> &changes, std::string text) {
  for (const weights::TextChange &change : changes) {
    if (!isAscii(text))
      return std::nullopt;
    if (change.what == What::SmallLetters)
      text = smallLetters(text);
    else if (change.what == What::Replaced)
      text = replaced(text, change);
    else if (change.what == What::StripStart || change.what == What::StripEnd || change.what == What::Strip)
      text = stripped(text, change.what != What::StripEnd, change.what != What::StripStart);
  }
  return text;
}

} // namespace weebill::huggingface
