//===- ByteLevelSettings.cpp - BPE on bytes -------------------------------===//
//
// Tested by tests/unit/compiler/import/HuggingFaceTokenizerTest.cpp, and against the `tokenizers` package by
// tests/emitted/test_tokenizer_families.py and test_decoders.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/ByteLevelSettings.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/huggingface/ReadJson.h"
#include "compiler/import/huggingface/TextChanges.h"
#include "compiler/import/huggingface/TokenizerSteps.h"
#include "compiler/import/huggingface/UnsupportedTokenizer.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace weebill::huggingface {

using nlohmann::json;

namespace {

using Pieces = weights::TokenizerKind::Pieces;

constexpr const char *kGpt2 = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
constexpr const char *kGpt4o =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr const char *kGpt4oSingleDigits =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr const char *kWordsAndSigns =
    R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr const char *kKimi =
    R"([\p{Han}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr const char *kScripts =
    R"((?:[\u4E00-\u9FFF\u3040-\u309F\u30A0-\u30FF\u3400-\u4DBF\uf900-\uFAFF\uFF65-\uFF9F\u2F00-\u2FDF]+|[\u0E00-\u0E7F]+|[\u0E80-\u0EFF]+|[\u1780-\u17FF]+|[\u1000-\u109F\uAA60-\uAA7F\uA9E0-\uA9FF]+|[\uAC00-\uD7AF\u1100-\u11FF]+))";
constexpr const char *kFalconSigns = R"([\p{P}\$\+<=>\^~\|`]+)";
/// The last alternative matches what the others leave.
constexpr const char *kGpt2WithoutSpaces = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S))";
constexpr const char *kBloom = R"( ?[^(\s|.,!?…。，、।۔،)]+)";
constexpr const char *kBloomNested = R"( ?[^(\s|[.,!?…。，、।۔،])]+)";
/// The step 'Digits', which knows another Unicode than expressions. It lacks its end: no expression looks like this.
constexpr const char *kSingleDigits = "(Digits";
constexpr const char *kSingleSigns = "(Punctuation"; // likewise

/// DeepSeek's letters with a case.
constexpr const char *kLettersWithCase =
    "\\s?["
    "A-Za-z\u00b5\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u01ba\u01bc-\u01bf\u01c4-\u0293\u0295-\u02af\u0370-\u0373"
    "\u0376\u0377\u037b-\u037d\u037f\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03f5\u03f7-\u0481\u048a-"
    "\u052f\u0531-\u0556\u10a0-\u10c5\u13a0-\u13f5\u13f8-\u13fd\u1c90-\u1cba\u1cbd-\u1cbf\u1d00-\u1d2b\u1d6b-"
    "\u1d77\u1d79-\u1d9a\u1e00-\u1f15\u1f18-\u1f1d\u1f20-\u1f45\u1f48-\u1f4d\u1f50-\u1f57\u1f59\u1f5b\u1f5d"
    "\u1f5f-\u1f7d\u1f80-\u1fb4\u1fb6-\u1fbc\u1fbe\u1fc2-\u1fc4\u1fc6-\u1fcc\u1fd0-\u1fd3\u1fd6-\u1fdb\u1fe0-"
    "\u1fec\u1ff2-\u1ff4\u1ff6-\u1ffc\u2102\u2107\u210a-\u2113\u2115\u2119-\u211d\u2124\u2126\u2128\u212a-"
    "\u212d\u212f-\u2134\u2139\u213c-\u213f\u2145-\u2149\u214e\u2183\u2184\u2c00-\u2c7b\u2c7e-\u2ce4\u2ceb-"
    "\u2cee\u2cf2\u2cf3\ua640-\ua66d\ua680-\ua69b\ua722-\ua76f\ua771-\ua787\ua78b-\ua78e\uab70-\uabbf\ufb00-"
    "\ufb06\ufb13-\ufb17\uff21-\uff3a\uff41-\uff5a\U00010400-\U0001044f\U000104b0-\U000104d3\U000104d8-"
    "\U000104fb\U00010c80-\U00010cb2\U00010cc0-\U00010cf2\U000118a0-\U000118df\U0001e900-\U0001e943"
    "]+";
constexpr const char *kChineseToKorean = "[\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff]+";

struct Cuts {
  Pieces pieces;
  std::vector<std::string_view> expressions; // one after the other
};

/// The expressions that emitted programs know. Several spellings match the same pieces of every text: the tests run
/// each of them. What is not listed here is not known, however small the difference.
const Cuts kCuts[] = {
    {Pieces::Gpt2, {kGpt2}},
    {Pieces::Gpt2, {R"('(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)"}},
    {Pieces::Smollm, {kSingleDigits, kGpt2}},
    {Pieces::Llama3,
     {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"}},
    {Pieces::Llama3,
     {R"('(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+)"}},
    {Pieces::Qwen,
     {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"}},
    {Pieces::Qwen,
     {R"('(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+)"}},
    {Pieces::SeedCoder,
     {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1}| ?[^\s\p{L}\p{N}\r\n]+|\s*[\r\n]+|\s+(?!\S)|\s+)"}},
    {Pieces::Falcon, {kFalconSigns, kGpt2WithoutSpaces, "[0-9][0-9][0-9]"}},
    {Pieces::Bloom, {kBloom}},
    {Pieces::Bloom, {kBloomNested}},
    {Pieces::Viking, {kBloom, R"(\p{N})"}},
    {Pieces::Gpt4o, {kGpt4o}},
    {Pieces::Tekken,
     {R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)"}},
    {Pieces::DeepSeek3, {R"(\p{N}{1,3})", "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+", kWordsAndSigns}},
    {Pieces::DeepSeekCoder, {R"([\r\n])", R"(\s?\p{L}+)", R"(\s?\p{P}+)", kChineseToKorean, kSingleDigits}},
    {Pieces::DeepSeekLlm,
     {R"([\r\n])", kLettersWithCase, "\\s?[!-/:-~\uff01-\uff0f\uff1a-\uff5e\u2018-\u201f\u3000-\u3002]+", R"(\s+$)",
      kChineseToKorean, kSingleDigits}},
    {Pieces::MiniCpm5,
     {R"(\p{N}{1,3})",
      R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}+| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"}},
    {Pieces::Qwen35,
     {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"}},
    {Pieces::TinyAya, {R"(\d{1,3}(?=(?:\d{3})*\b))", kGpt4o}},
    {Pieces::SuperBpe, {R"(\p{N}+)", R"((?=(\d{3})+(?!\d)))"}},
    {Pieces::Phrases,
     {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]|\s+(?!\S)|\s+)"}},
    {Pieces::Youtu,
     {"[\uac00-\ud7a3\u3131-\u318e]+|[\uff01\u2026\u201c\u201d\u2018\u2019\u2014\uff1a\uff1b\uff0c\u3001-\u303f\ufe30-"
      "\ufe4f]+|[\u3105-"
      "\u312f]+|[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+",
      kGpt4oSingleDigits}},
    {Pieces::Afmoe,
     {R"(\p{Nd}{1,510}(?=(?>\p{Nd}{510})*(?:\P{Nd}|$))|\G\p{Nd}{510})", R"(\A\p{Nd}{1,2}(?=\p{Nd}{3}+\z))",
      R"(\A\p{Nd}{3}|\G\p{Nd}{3})", kScripts, kWordsAndSigns}},
    {Pieces::Chameleon,
     {"<sentinel:[0-9]+>", "(IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z", R"(([\t\n]|    |  ))", R"(\p{N})",
      R"([\p{P}!-/:-@\[-`{-~])", kGpt2WithoutSpaces}},
    {Pieces::ChameleonSteps,
     {"<sentinel:[0-9]+>", "(IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z", R"(([\t\n]|    |  ))", kSingleDigits, kSingleSigns,
      kGpt2}},
    {Pieces::Kimi, {kKimi}},
};

/// Line ends as expressions spell them: files have either form.
std::string withEscapes(const std::string &expression) {
  std::string spelled;
  for (char letter : expression)
    spelled += letter == '\r' ? "\\r" : letter == '\n' ? "\\n" : std::string(1, letter);
  return spelled;
}

/// What a step cuts with.
std::string cutOf(const json &step) {
  if (textMember(step, "type") == "Digits") {
    if (!flagMember(step, "individual_digits", false))
      unsupported("the pre-tokenizer keeps numbers together ('individual_digits' is false), which is not supported");
    return kSingleDigits;
  }
  if (textMember(step, "type") == "Punctuation") {
    if (textMember(step, "behavior", "Isolated") != "Isolated")
      unsupported(
          "the pre-tokenizer 'Punctuation' does not make every sign a piece ('Isolated'), which is not supported");
    return kSingleSigns;
  }
  const json *pattern = findMember(step, "pattern");
  const std::string text = pattern ? textMember(*pattern, "Regex") : "";
  const bool inverted = flagMember(step, "invert", false);
  if (text.empty() || textMember(step, "behavior") != (inverted ? "Removed" : "Isolated"))
    unsupported("the pre-tokenizer 'Split' does not cut text into the matches of a regular expression ('Isolated', or "
                "'Removed' and inverted), which is not supported");
  return withEscapes(text);
}

const Cuts *findCuts(const std::vector<std::string> &cuts) {
  for (const Cuts &known : kCuts)
    if (std::equal(cuts.begin(), cuts.end(), known.expressions.begin(), known.expressions.end()))
      return &known;
  return nullptr;
}

/// `onlyMatches`: what lies between matches is thrown away.
Pieces findPieces(const std::vector<std::string> &cuts, bool onlyMatches) {
  if (const Cuts *known = findCuts(cuts);
      known && !(onlyMatches && known->expressions.size() > 1)) // between the matches of the others nothing lies
    return known->pieces;
  std::string names;
  for (const std::string &cut : cuts)
    names += (names.empty() ? "" : ", then ") + weebill::importer::quoted(cut);
  unsupported("the pre-tokenizer's regular expression " + names + " is not known");
}

/// The step that turns text into bytes; `cutBefore`: another step has cut it into pieces.
void checkByteLevel(const json &step, bool cutBefore) {
  if (textMember(step, "type") != "ByteLevel")
    unsupported("the pre-tokenizer " + weebill::importer::quoted(textMember(step, "type")) +
                " is not supported, only 'ByteLevel' is, alone or after 'Digits', 'Punctuation' or 'Split'");
  if (flagMember(step, "add_prefix_space", true))
    unsupported("the tokenizer puts a space before every text ('add_prefix_space'), which is not supported");
  if (flagMember(step, "use_regex", true) && cutBefore)
    unsupported("the pre-tokenizer cuts text after 'Split' once more ('use_regex' is true), which is not supported");
  if (!flagMember(step, "use_regex", true) && !cutBefore)
    unsupported("the pre-tokenizer does not cut text into words ('use_regex' is false), which is not supported");
}

Pieces readPieces(const json &content) {
  const json all = tokenizerSteps(content, "pre_tokenizer", "pretokenizers");
  std::vector<std::string> cuts;
  bool splits = false, onlyMatches = false;
  size_t at = 0;
  for (; at < all.size(); ++at) {
    const std::string type = textMember(all[at], "type");
    if (type != "Split" && type != "Digits" && type != "Punctuation")
      break;
    cuts.push_back(cutOf(all[at]));
    splits |= type == "Split";
    onlyMatches |= flagMember(all[at], "invert", false);
  }
  // Its own expression behind others is known of some.
  std::vector<std::string> withOwn = cuts;
  withOwn.push_back(kGpt2);
  const bool cutsAgain =
      splits && at < all.size() && flagMember(all[at], "use_regex", true) && findCuts(withOwn) != nullptr;
  for (size_t step = at; step < all.size(); ++step)
    checkByteLevel(all[step], splits && !cutsAgain);
  if (at + 1 != all.size())
    unsupported("the pre-tokenizer has " + importer::counted(int64_t(all.size()), "step") +
                ", supported are 'ByteLevel' alone and with 'Digits' or 'Split' before it");
  if (!splits || cutsAgain)
    cuts.push_back(kGpt2); // by 'use_regex'
  return findPieces(cuts, onlyMatches);
}

/// Without one the package prints the letters that stand for bytes, with spaces between tokens; after the first the
/// second takes text for such letters. Vocabularies in two files have the class's own (VocabularyFiles.cpp).
void checkDecoder(const json &content) {
  const json steps = tokenizerSteps(content, "decoder", "decoders");
  for (const json &step : steps)
    if (textMember(step, "type") != "ByteLevel")
      unsupported("the tokenizer's decoder is " + weebill::importer::quoted(textMember(step, "type")) +
                  ", supported is 'ByteLevel'");
  if (steps.empty())
    unsupported("the tokenizer has no decoder, so text would come out in the letters that stand for bytes: give "
                "tokenizer.json a 'decoder' of the type 'ByteLevel'");
  if (steps.size() > 1)
    unsupported("the tokenizer has the decoder 'ByteLevel' " + importer::counted(int64_t(steps.size()), "time") +
                ", supported is one");
}

} // namespace

std::optional<weights::TokenizerKind::Pieces> piecesOfExpression(const std::string &expression) {
  const std::string spelled = withEscapes(expression);
  for (const Cuts &known : kCuts)
    if (known.expressions.size() == 1 && known.expressions[0] == spelled)
      return known.pieces;
  return std::nullopt;
}

bool hasByteLevel(const json &content) {
  for (const json &step : tokenizerSteps(content, "pre_tokenizer", "pretokenizers"))
    if (textMember(step, "type") == "ByteLevel")
      return true;
  return false;
}

void readByteLevelSettings(const json &content, weights::TokenizerKind &kind) {
  for (const json &step : tokenizerSteps(content, "normalizer", "normalizers")) {
    const std::optional<weights::TextChange> change = changeOf(step);
    if (!change)
      unsupported("the tokenizer changes text before it cuts it (normalizer " +
                  weebill::importer::quoted(textMember(step, "type")) +
                  "), supported are NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, Strip, and Replace of a text");
    kind.changes.push_back(*change);
  }
  takeLastForm(kind);
  checkChanges(kind);
  kind.pieces = readPieces(content);
  checkDecoder(content);
}

} // namespace weebill::huggingface
