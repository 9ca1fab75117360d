//===- TokenizerSource.h - What a tokenizer consists of ---------*- C++ -*-===//
//
// Plain data: importers fill it (compiler/import/TokenizerData.h), the weights file has it as tables
// (TokenizerTables.h). Tested by tests/unit/runtime/TokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_WEIGHTS_TOKENIZERSOURCE_H
#define WEEBILL_CODEGEN_WEIGHTS_TOKENIZERSOURCE_H

#include "codegen/weights/TokenizerKind.h"

#include <cstdint>
#include <string>
#include <vector>

namespace weebill::weights {

/// A tokenizer. All ids are those of `tokens`.
struct TokenizerSource {
  /// A token that is matched as whole text.
  struct Added {
    int32_t id;
    std::string text;
    bool inChangedText = false; // looked for in what the text became, not in what it was
    bool takesSpacesBefore = false, takesSpacesAfter = false;
    bool isSingleWord = false; // only between characters that belong to no word
  };
  /// A text that is a token as it stands: a character, or a piece if whole words are not merged.
  struct Word {
    std::string text;
    int32_t id;
  };
  struct Merge {
    int32_t left, right, result;
    uint32_t rank; // the smaller, the earlier; of equal ones the leftmost pair
  };
  /// A piece of a unigram vocabulary.
  struct Score {
    std::string text;
    int32_t id;
    double score;
  };
  /// A map of characters, as SentencePiece stores it (runtime/character_map.h).
  struct Map {
    std::vector<uint32_t> units; // a trie
    std::string texts;           // that others become
    uint32_t growth = 0;         // bytes that a byte becomes at most
  };

  TokenizerKind kind;
  std::vector<std::string> tokens;                            // the bytes of each id, as it is printed
  std::vector<bool> special;                                  // control tokens: not printed
  std::vector<Added> added;                                   // matched before anything else
  std::vector<int32_t> bytes = std::vector<int32_t>(256, -1); // the token of each byte, -1 for none
  std::vector<Word> words;                                    // no text twice
  std::vector<Merge> merges;                                  // no pair twice
  std::vector<Score> scores;                                  // in the place of merges; no text twice, none empty
  int32_t unknown = 0;     // for scores: what stands for a character that is no piece,
  double unknownScore = 0; // and its score
  Map map;                 // of characters, if kind.form asks for one
};

} // namespace weebill::weights

#endif // WEEBILL_CODEGEN_WEIGHTS_TOKENIZERSOURCE_H
