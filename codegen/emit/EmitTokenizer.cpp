//===- EmitTokenizer.cpp - The tokenizer that a program carries -----------===//
//
// Of the runtime's headers for tokenizers, those of the model's kind and no others. Tested by
// tests/emitted/test_tokenizer_families.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/emit/Sections.h"
#include "codegen/emit/Template.h"

#include <algorithm>
#include <string_view>

namespace weebill::emit {

namespace {

using Kind = weights::TokenizerKind;

/// A part of the runtime: the headers that it takes, the last one its own, and the type that they define.
struct Part {
  std::vector<const char *> headers;
  std::string type;
};

std::string replacementName(size_t number) { return "Replacement" + std::to_string(number + 1); }

Part bordersPart(const Kind &kind) {
  if (kind.singleWords)
    return {{"unicode_words.h", "word_borders.h"}, "WordBorders"};
  return {{}, "AnyBorders"};
}

Part formPart(const Kind &kind) {
  switch (kind.form) {
  case Kind::Form::AsItIs:
    break;
  case Kind::Form::C:
  case Kind::Form::KC:
    return {{"rewritten_text.h", "text_normal_form.h"}, "TextInNormalForm"};
  case Kind::Form::Map:
    return {{"rewritten_text.h", "character_map.h", "text_mapped.h"}, "MappedText"};
  case Kind::Form::MapOfClusters:
    return {{"unicode_clusters.h", "clusters.h", "rewritten_text.h", "character_map.h", "text_clusters.h"},
            "TextMappedByClusters"};
  }
  return {};
}

/// A change; `number` of those before it that name texts.
Part changePart(const weights::TextChange &change, size_t number) {
  using What = weights::TextChange::What;
  switch (change.what) {
  case What::FormC:
  case What::FormKC:
    return {{"rewritten_text.h", "text_normal_form.h"}, "TextInNormalForm"};
  case What::FormD:
  case What::FormKD:
    return {{"rewritten_text.h", "text_normal_form.h"}, "TextTakenApart"};
  case What::SmallLetters:
  case What::NoAccents:
    return {{"rewritten_text.h", "unicode_accents.h", "unicode_lower.h", "text_by_characters.h"},
            change.what == What::NoAccents ? "TextByCharacters<NoAccents>" : "TextByCharacters<SmallLetters>"};
  case What::Replaced:
    return {{"rewritten_text.h", "text_replaced.h"}, "ReplacedText<" + replacementName(number) + ">"};
  case What::StripStart:
    return {{"text_stripped.h"}, "StrippedText<true, false>"};
  case What::StripEnd:
    return {{"text_stripped.h"}, "StrippedText<false, true>"};
  case What::Strip:
    return {{"text_stripped.h"}, "StrippedText<true, true>"};
  }
  return {};
}

std::vector<Part> changeParts(const Kind &kind) {
  std::vector<Part> parts;
  size_t replacements = 0;
  for (const weights::TextChange &change : kind.changes) {
    parts.push_back(changePart(change, replacements));
    replacements += change.what == weights::TextChange::What::Replaced;
  }
  return parts;
}

/// A text that takes the place of another, for ReplacedText.
std::string replacementText(const weights::TextChange &change, size_t number) {
  const auto returned = [](const std::string &text) {
    return "std::string_view(" + stringLiteral(text) + ", " + std::to_string(text.size()) + ")";
  };
  return "/// A text, and what takes its place.\nstruct " + replacementName(number) +
         " {\n  static constexpr std::string_view pattern() { return " + returned(change.pattern) +
         "; }\n  static constexpr std::string_view content() { return " + returned(change.content) + "; }\n};\n";
}

Part fewerSpacesPart(const Kind &kind) {
  constexpr const char *kNames[] = {"", "Inside", "InsideAndEnd", "NoneAround", "WhiteSpace"};
  return {{"rewritten_text.h", "text_fewer_spaces.h"},
          std::string("TextWithFewerSpaces<FewerSpaces::") + kNames[size_t(kind.fewerSpaces)] + ">"};
}

Part marksPart(const Kind &kind) {
  constexpr const char *kBefore[] = {"Nothing", "EveryPart", "EveryPartWithout", "TextWithout"};
  return {{"text_spaces.h"}, std::string("MarkedSpaces<SpaceBefore::") + kBefore[size_t(kind.spaceBefore)] + ">"};
}

/// Changes one after the other.
Part inTurn(const std::vector<Part> &parts) {
  if (parts.empty())
    return {{}, "TextAsItIs"};
  Part all = parts.back();
  for (size_t left = parts.size() - 1; left > 0; --left) {
    const Part &before = parts[left - 1];
    all.headers.insert(all.headers.begin(), before.headers.begin(), before.headers.end());
    all.headers.push_back("text_in_turn.h");
    all.type = "TextInTurn<" + before.type + ", " + all.type + ">";
  }
  return all;
}

/// What is done to a text before added tokens are looked for the second time.
Part textPart(const Kind &kind) {
  std::vector<Part> parts = changeParts(kind);
  if (kind.form != Kind::Form::AsItIs)
    parts.push_back(formPart(kind));
  if (kind.fewerSpaces != Kind::FewerSpaces::Kept && kind.fewerSpaces != Kind::FewerSpaces::WhiteSpace)
    parts.push_back(fewerSpacesPart(kind));
  if (kind.marksSpaces && kind.marksFirst)
    parts.push_back(marksPart(kind));
  return inTurn(parts);
}

/// And after that.
Part partsPart(const Kind &kind) {
  std::vector<Part> parts;
  if (kind.fewerSpaces == Kind::FewerSpaces::WhiteSpace)
    parts.push_back(fewerSpacesPart(kind));
  if (kind.marksSpaces && !kind.marksFirst)
    parts.push_back(marksPart(kind));
  return inTurn(parts);
}

Part piecesPart(const Kind &kind) {
  switch (kind.pieces) {
  case Kind::Pieces::Gpt2:
    return {{"unicode_letters.h", "characters.h", "pieces_gpt2.h"}, "Gpt2Pieces"};
  case Kind::Pieces::Smollm:
    return {{"unicode_letters.h", "unicode_digits.h", "characters.h", "pieces_gpt2.h", "pieces_smollm.h"},
            "SmollmPieces"};
  case Kind::Pieces::Llama3:
    return {{"unicode_letters.h", "characters.h", "expression_parts.h", "pieces_llama3.h"}, "Llama3Pieces"};
  case Kind::Pieces::Qwen:
    return {{"unicode_letters.h", "characters.h", "expression_parts.h", "pieces_llama3.h"}, "QwenPieces"};
  case Kind::Pieces::Gpt4o:
  case Kind::Pieces::Tekken:
    return {{"unicode_letters.h", "unicode_cases.h", "unicode_marks.h", "characters.h", "expression_parts.h",
             "pieces_cased.h"},
            kind.pieces == Kind::Pieces::Gpt4o ? "Gpt4oPieces" : "TekkenPieces"};
  case Kind::Pieces::DeepSeek3:
    return {{"unicode_letters.h", "unicode_marks.h", "unicode_signs.h", "characters.h", "expression_parts.h",
             "pieces_runs.h", "pieces_steps.h", "pieces_three_digits.h", "pieces_whole.h", "pieces_deepseek.h"},
            "DeepSeek3Pieces"};
  case Kind::Pieces::DeepSeekCoder:
    return {{"unicode_letters.h", "unicode_digits.h", "unicode_signs.h", "characters.h", "expression_parts.h",
             "pieces_runs.h", "pieces_steps.h", "pieces_whole.h", "pieces_deepseek_coder.h"},
            "DeepSeekCoderPieces"};
  case Kind::Pieces::DeepSeekLlm:
    return {{"unicode_letters.h", "unicode_digits.h", "unicode_signs.h", "characters.h", "expression_parts.h",
             "pieces_runs.h", "pieces_steps.h", "pieces_whole.h", "pieces_deepseek_coder.h", "pieces_deepseek_llm.h"},
            "DeepSeekLlmPieces"};
  case Kind::Pieces::SeedCoder:
    return {{"unicode_letters.h", "characters.h", "expression_parts.h", "pieces_llama3.h"}, "SeedCoderPieces"};
  case Kind::Pieces::Falcon:
    return {{"unicode_letters.h", "unicode_digits.h", "unicode_signs.h", "characters.h", "expression_parts.h",
             "pieces_runs.h", "pieces_steps.h", "pieces_whole.h", "pieces_deepseek_coder.h", "pieces_gpt2.h",
             "pieces_falcon.h"},
            "FalconPieces"};
  case Kind::Pieces::Bloom:
  case Kind::Pieces::Viking:
    return {{"unicode_letters.h", "characters.h", "pieces_each_number.h", "pieces_steps.h", "pieces_whole.h",
             "pieces_bloom.h"},
            kind.pieces == Kind::Pieces::Bloom ? "BloomPieces" : "VikingPieces"};
  case Kind::Pieces::MiniCpm5:
    return {{"unicode_letters.h", "characters.h", "expression_parts.h", "pieces_steps.h", "pieces_three_digits.h",
             "pieces_llama3.h"},
            "CutOut<ThreeDigits, Llama3Pieces>"};
  case Kind::Pieces::Qwen35:
    return {{"unicode_letters.h", "unicode_marks.h", "characters.h", "expression_parts.h", "pieces_llama3.h",
             "pieces_marked.h"},
            "Qwen35Pieces"};
  case Kind::Pieces::TinyAya:
    return {{"unicode_letters.h", "unicode_cases.h", "unicode_marks.h", "unicode_decimals.h", "unicode_words.h",
             "characters.h", "expression_parts.h", "decimal_runs.h", "pieces_threes.h", "pieces_grouped_numbers.h",
             "pieces_cased.h"},
            "CutOutDigitGroups<Gpt4oPieces>"};
  case Kind::Pieces::SuperBpe:
    return {{"unicode_letters.h", "unicode_decimals.h", "characters.h", "pieces_steps.h", "decimal_runs.h",
             "pieces_digit_groups.h"},
            "CutOut<NumberRun, DigitGroupPieces>"};
  case Kind::Pieces::Phrases:
    return {{"unicode_letters.h", "unicode_marks.h", "characters.h", "expression_parts.h", "pieces_phrases.h"},
            "PhrasePieces"};
  case Kind::Pieces::Youtu:
    return {{"unicode_letters.h", "unicode_cases.h", "unicode_marks.h", "characters.h", "expression_parts.h",
             "pieces_runs.h", "pieces_steps.h", "pieces_youtu.h", "pieces_cased.h"},
            "CutOut<EastAsianRun, CasedPieces<1, true>>"};
  case Kind::Pieces::Afmoe:
    return {{"unicode_letters.h", "unicode_marks.h", "unicode_signs.h", "unicode_decimals.h", "characters.h",
             "expression_parts.h", "pieces_runs.h", "pieces_steps.h", "pieces_three_digits.h", "pieces_whole.h",
             "pieces_deepseek.h", "decimal_runs.h", "pieces_threes.h", "pieces_afmoe.h"},
            "AfmoePieces"};
  case Kind::Pieces::Chameleon:
    return {{"unicode_letters.h", "unicode_signs.h", "characters.h", "pieces_each_number.h", "pieces_gpt2.h",
             "pieces_steps.h", "pieces_chameleon.h"},
            "ChameleonPieces"};
  case Kind::Pieces::ChameleonSteps:
    return {{"unicode_letters.h", "unicode_digits.h", "unicode_signs.h", "unicode_step_signs.h", "characters.h",
             "expression_parts.h", "pieces_runs.h", "pieces_steps.h", "pieces_whole.h", "pieces_deepseek_coder.h",
             "pieces_each_number.h", "pieces_gpt2.h", "pieces_chameleon.h", "pieces_chameleon_steps.h"},
            "ChameleonOwnPieces"};
  case Kind::Pieces::Kimi:
    return {{"unicode_letters.h", "unicode_cases.h", "unicode_marks.h", "unicode_han.h", "characters.h",
             "expression_parts.h", "pieces_runs.h", "pieces_cased.h", "pieces_kimi.h"},
            "KimiPieces"};
  case Kind::Pieces::Whole:
    return {{"pieces_whole.h"}, "WholePieces"};
  case Kind::Pieces::Words:
    return {{"pieces_spaces.h"}, "WordPieces"};
  case Kind::Pieces::SpaceRuns:
    return {{"pieces_spaces.h"}, "SpaceRunPieces"};
  }
  return {};
}

Part symbolsPart(const Kind &kind) {
  if (kind.symbols == Kind::Symbols::Characters)
    return {{"symbols_bytes.h", "symbols_characters.h"}, "CharacterSymbols"};
  return {{"symbols_bytes.h"}, "ByteSymbols"};
}

/// Headers, and what the encoder asks of a Kind.
Part encoderPart(const Kind &kind) {
  if (kind.byScores)
    return {{"encode_by_scores.h"},
            std::string("  static constexpr bool kCarriesSums = ") + (kind.carriesSums ? "true" : "false") +
                ", kSingleSums = " + (kind.singleSums ? "true" : "false") +
                ";\n  using Encoder = ScoreEncoder<TokenizerKind>;\n"};
  Part part = symbolsPart(kind);
  part.type = "  using Symbols = " + part.type +
              ";\n  static constexpr bool kWholeWords = " + (kind.wholeWords ? "true" : "false") +
              ";\n  using Encoder = MergingEncoder<TokenizerKind>;\n";
  part.headers.insert(part.headers.end(), {"merge.h", "encode_by_merging.h"});
  return part;
}

} // namespace

std::vector<const char *> tokenizerHeaders(const weights::TokenizerKind &kind) {
  std::vector<const char *> headers = {"code_ranges.h",     "unicode_spaces.h", "utf8.h",      "tokenizer_tables.h",
                                       "tokenizer_check.h", "token_lookup.h",   "text_parts.h"};
  const auto add = [&](const char *header) { // once each
    if (std::none_of(headers.begin(), headers.end(), [&](std::string_view known) { return known == header; }))
      headers.push_back(header);
  };
  const Part text = textPart(kind), parts = partsPart(kind);
  if (text.headers.empty() || parts.headers.empty())
    add("text_as_it_is.h");
  for (const Part &part : {bordersPart(kind), text, parts, piecesPart(kind), encoderPart(kind)})
    for (const char *header : part.headers)
      add(header);
  headers.push_back("tokenizer.h");
  return headers;
}

std::string tokenizerKind(const weights::TokenizerKind &kind) {
  std::string replacements;
  size_t number = 0;
  for (const weights::TextChange &change : kind.changes)
    if (change.what == weights::TextChange::What::Replaced)
      replacements += replacementText(change, number++) + "\n";
  return replacements + fill(R"(// How this model's tokenizer reads a text.
struct TokenizerKind {
  using Borders = $borders;
  using Text = $text;
  using Parts = $parts;
  using Pieces = $pieces;
$encoder  static constexpr bool kDropsFirstSpace = $drops;
};
using Tokenizer = BasicTokenizer<TokenizerKind>;
)",
                             {{"borders", bordersPart(kind).type},
                              {"text", textPart(kind).type},
                              {"parts", partsPart(kind).type},
                              {"pieces", piecesPart(kind).type},
                              {"encoder", encoderPart(kind).type},
                              {"drops", kind.dropsFirstSpace ? "true" : "false"}});
}

} // namespace weebill::emit
