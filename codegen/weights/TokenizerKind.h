//===- TokenizerKind.h - How a tokenizer reads text --------------*- C++ -*-===//
//
// The choices that an emitted program makes at build time: it carries the code of one kind only. The names of the
// runtime's headers and types for them are in codegen/emit/EmitTokenizer.cpp. Tested by
// tests/emitted/test_tokenizer.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_WEIGHTS_TOKENIZERKIND_H
#define WEEBILL_CODEGEN_WEIGHTS_TOKENIZERKIND_H

namespace weebill::weights {

struct TokenizerKind {
  /// What is done to a text before it is cut. Spaces: U+2581 counts as a space, and one may be put before texts.
  enum class Change { Nothing, FormC, Spaces };
  /// "Part": what lies between tokens that are matched as whole text. "Without": only if it begins with no space.
  enum class SpaceBefore { Nothing, EveryPart, EveryPartWithout, TextWithout };
  /// Where it is cut into pieces. Words: before each space. SpaceRuns: before the first of several.
  enum class Pieces {
    Gpt2,
    Smollm,
    Llama3,
    Qwen,
    Gpt4o,
    Tekken,
    DeepSeek3,
    DeepSeekCoder,
    DeepSeekLlm,
    Whole,
    Words,
    SpaceRuns
  };
  /// What is merged: a token for each byte, or one for each character and bytes for those that have none.
  enum class Symbols { Bytes, Characters };

  Change change = Change::Nothing;
  SpaceBefore spaceBefore = SpaceBefore::Nothing; // for Change::Spaces
  bool changesFirst = true;                       // before added tokens are looked for the second time, or after
  Pieces pieces = Pieces::Gpt2;
  Symbols symbols = Symbols::Bytes;
  bool wholeWords = false;      // a piece that is a token is not merged
  bool dropsFirstSpace = false; // of the text that tokens become
  bool singleWords = false;     // an added token is matched only as a word of its own
};

} // namespace weebill::weights

#endif // WEEBILL_CODEGEN_WEIGHTS_TOKENIZERKIND_H
