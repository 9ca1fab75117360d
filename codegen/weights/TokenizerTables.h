//===- TokenizerTables.h - The tokenizer's section of the weights file -*- C++ -*-===//
//
// Turns vocabulary and merges into the array of bytes that the emitted program reads in place
// (runtime/tokenizer_tables.h is the format). Tested by tests/unit/runtime/TokenizerTest.cpp and, against
// the reference, by tests/emitted/test_tokenizer.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_WEIGHTS_TOKENIZERTABLES_H
#define WEEBILL_CODEGEN_WEIGHTS_TOKENIZERTABLES_H

#include "codegen/weights/TokenizerKind.h"

#include <cstdint>
#include <string>
#include <vector>

namespace weebill::weights {

struct TokenizerMerge {
  int32_t left, right, result;
  uint32_t rank; // the smaller, the earlier; of equal ones the leftmost pair
};

/// A token that is matched as whole text.
struct TokenizerAdded {
  int32_t id;
  std::string text;
  bool inChangedText = false; // looked for in what the text became, not in what it was
  bool takesSpacesBefore = false, takesSpacesAfter = false;
  bool isSingleWord = false; // only between characters that belong to no word
};

/// A text that is a token as it stands: a character, or a piece if whole words are not merged.
struct TokenizerWord {
  std::string text;
  int32_t id;
};

/// A piece of a unigram vocabulary.
struct TokenizerScore {
  std::string text;
  int32_t id;
  double score;
};

/// A map of characters (runtime/character_map.h).
struct TokenizerMap {
  std::vector<uint32_t> units; // a trie
  std::string texts;           // that others become
  uint32_t growth = 0;         // bytes that a byte becomes at most
};

/// A tokenizer. All ids are those of `tokens`.
struct TokenizerSource {
  TokenizerKind kind;
  std::vector<std::string> tokens; // the bytes of each id, as it is printed
  std::vector<bool> special;       // control tokens: not printed
  std::vector<TokenizerAdded> added;
  std::vector<int32_t> bytes;         // the token of each byte, -1 for none: 256 of them
  std::vector<TokenizerWord> words;   // no text twice
  std::vector<TokenizerMerge> merges; // no pair twice
  std::vector<TokenizerScore> scores; // no text twice, none empty
  int32_t unknown = 0;                // for scores: what stands for a character that is no piece,
  double unknownScore = 0;            // and its score
  TokenizerMap map;                   // of characters
};

/// The section. Throws std::runtime_error with one sentence if an id is out of range or the tables would pass 4 GiB.
std::vector<uint8_t> buildTokenizerTables(const TokenizerSource &source);

} // namespace weebill::weights

#endif // WEEBILL_CODEGEN_WEIGHTS_TOKENIZERTABLES_H
