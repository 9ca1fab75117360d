//===- EmitTokenizer.cpp - The tokenizer that a program carries -----------===//
//
// Of the runtime's headers for tokenizers, those of the model's kind and no others. Tested by
// tests/emitted/test_tokenizer_families.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/emit/Sections.h"
#include "codegen/emit/Template.h"

namespace weebill::emit {

namespace {

using Kind = weights::TokenizerKind;

/// A part of the runtime: the headers that it takes, the last one its own, and the type that they define.
struct Part {
  std::vector<const char *> headers;
  std::string type;
};

Part bordersPart(const Kind &kind) {
  if (kind.singleWords)
    return {{"unicode_words.h", "word_borders.h"}, "WordBorders"};
  return {{}, "AnyBorders"};
}

Part changePart(const Kind &kind) {
  switch (kind.change) {
  case Kind::Change::Nothing:
    return {{"text_as_it_is.h"}, "TextAsItIs"};
  case Kind::Change::FormC:
    return {{"text_nfc.h"}, "TextInFormC"};
  case Kind::Change::Spaces:
    break;
  }
  constexpr const char *kBefore[] = {"Nothing", "EveryPart", "EveryPartWithout", "TextWithout"};
  return {{"text_spaces.h"},
          std::string("MarkedSpaces<SpaceBefore::") + kBefore[size_t(kind.spaceBefore)] + ", " +
              (kind.changesFirst ? "true" : "false") + ">"};
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
             "pieces_steps.h", "pieces_whole.h", "pieces_deepseek.h"},
            "DeepSeek3Pieces"};
  case Kind::Pieces::DeepSeekCoder:
    return {{"unicode_letters.h", "unicode_digits.h", "unicode_signs.h", "characters.h", "expression_parts.h",
             "pieces_steps.h", "pieces_whole.h", "pieces_deepseek_coder.h"},
            "DeepSeekCoderPieces"};
  case Kind::Pieces::DeepSeekLlm:
    return {{"unicode_letters.h", "unicode_digits.h", "unicode_signs.h", "characters.h", "expression_parts.h",
             "pieces_steps.h", "pieces_whole.h", "pieces_deepseek_coder.h", "pieces_deepseek_llm.h"},
            "DeepSeekLlmPieces"};
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

} // namespace

std::vector<const char *> tokenizerHeaders(const weights::TokenizerKind &kind) {
  std::vector<const char *> headers = {"code_ranges.h",     "unicode_spaces.h", "utf8.h",      "tokenizer_tables.h",
                                       "tokenizer_check.h", "token_lookup.h",   "text_parts.h"};
  for (const Part &part : {bordersPart(kind), changePart(kind), piecesPart(kind), symbolsPart(kind)})
    headers.insert(headers.end(), part.headers.begin(), part.headers.end());
  headers.insert(headers.end(), {"merge.h", "tokenizer.h"});
  return headers;
}

std::string tokenizerKind(const weights::TokenizerKind &kind) {
  return fill(R"(// How this model's tokenizer reads a text.
struct TokenizerKind {
  using Borders = $borders;
  using Text = $text;
  using Pieces = $pieces;
  using Symbols = $symbols;
  static constexpr bool kWholeWords = $whole_words;
  static constexpr bool kDropsFirstSpace = $drops;
};
using Tokenizer = BasicTokenizer<TokenizerKind>;
)",
              {{"borders", bordersPart(kind).type},
               {"text", changePart(kind).type},
               {"pieces", piecesPart(kind).type},
               {"symbols", symbolsPart(kind).type},
               {"whole_words", kind.wholeWords ? "true" : "false"},
               {"drops", kind.dropsFirstSpace ? "true" : "false"}});
}

} // namespace weebill::emit
