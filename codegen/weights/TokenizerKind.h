//===- TokenizerKind.h - How a tokenizer reads text --------------*- C++ -*-===//
//
// The choices that an emitted program makes at build time: it carries the code of one kind only. The names of the
// runtime's headers and types for them are in codegen/emit/EmitTokenizer.cpp. Tested by
// tests/emitted/test_tokenizer.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_WEIGHTS_TOKENIZERKIND_H
#define WEEBILL_CODEGEN_WEIGHTS_TOKENIZERKIND_H

#include <string>
#include <vector>

namespace weebill::weights {

/// Something that is done to a text before everything else.
struct TextChange {
  enum class What { FormC, FormD, FormKC, FormKD, SmallLetters, NoAccents, Replaced, StripStart, StripEnd, Strip };
  What what;
  std::string pattern = {}, content = {}; // Replaced: what is looked for, not empty, and what takes its place
};

/// The compiler has a type for each.
inline constexpr unsigned kMostTextChanges = 16;

struct TokenizerKind {
  /// What a text is brought to before it is cut: a normal form of Unicode, or what SentencePiece's map of characters
  /// says, of the longest texts that it has, or, as the package `tokenizers` reads it, of user-perceived characters.
  enum class Form { AsItIs, C, KC, Map, MapOfClusters };
  /// Then, of many spaces in a row one is left. Inside: also at the ends of a text; End: white space at the end goes;
  /// NoneAround: spaces at both ends go; WhiteSpace: all white space is meant, and goes at both ends.
  enum class FewerSpaces { Kept, Inside, InsideAndEnd, NoneAround, WhiteSpace };
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
    SeedCoder,
    Falcon,
    Bloom,
    Viking,
    MiniCpm5,
    Qwen35,
    TinyAya,
    SuperBpe,
    Phrases,
    Youtu,
    Afmoe,
    Chameleon,
    ChameleonSteps, // as its tokenizer.json has it
    Kimi,
    Whole,
    Words,
    SpaceRuns
  };
  /// What is merged: a token for each byte, or one for each character and bytes for those that have none.
  enum class Symbols { Bytes, Characters };

  std::vector<TextChange> changes; // one after the other; then comes `form`
  Form form = Form::AsItIs;
  FewerSpaces fewerSpaces = FewerSpaces::Kept;
  bool marksSpaces = false;                       // then U+2581 counts as a space, and one may be put before texts
  SpaceBefore spaceBefore = SpaceBefore::Nothing; // for marksSpaces
  bool marksFirst = true;                         // before added tokens are looked for the second time, or after
  Pieces pieces = Pieces::Gpt2;
  Symbols symbols = Symbols::Bytes;
  bool byScores = false;        // not merged: the pieces whose scores have the largest sum
  bool carriesSums = false;     // for byScores: over all pieces of a part, because every spelling has their borders
  bool singleSums = false;      // for byScores: added in single precision, as SentencePiece itself does
  bool wholeWords = false;      // a piece that is a token is not merged
  bool dropsFirstSpace = false; // of the text that tokens become
  bool singleWords = false;     // an added token is matched only as a word of its own
};

} // namespace weebill::weights

#endif // WEEBILL_CODEGEN_WEIGHTS_TOKENIZERKIND_H
