//===- tokenizer_tables.h - The tokenizer as it lies in the weights file -------===//
//
// One array of bytes, little endian, built by codegen/weights/TokenizerTables.cpp, which includes this header too, and
// read in place by token_lookup.h. Offsets count from the first byte of the array, which lies at a multiple of 64.
// Tested by tests/emitted/test_tokenizer.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"

#include <string_view>

constexpr u32 kTokenizerMagic = 0x324b4f54; // "TOK2"

struct TokenizerHeader {
  u32 magic;
  u32 blob_bytes;    // of everything
  u32 vocabulary;    // tokens
  u32 added_count;   // tokens that are matched as whole text
  u32 merge_slots;   // of the hash table, a power of two
  u32 word_slots;    // of the hash table, a power of two
  u32 byte_tokens;   // offset of i32 [256]: the token of each single byte, -1 if it has none
  u32 token_offsets; // offset of u32 [vocabulary + 1]: where each token's text starts in token_text
  u32 token_text;    // offset of the bytes of all tokens, as they are printed, and then of texts to look for
  u32 token_kinds;   // offset of u8 [vocabulary]: TokenKind
  u32 added;         // offset of AddedToken [added_count], the longest text first
  u32 merges;        // offset of MergeSlot [merge_slots]
  u32 words;         // offset of WordSlot [word_slots]
  u32 text_bytes;    // of token_text
  // For text that is brought to normalization form C or KC (text_normal_form.h); otherwise empty.
  u32 class_count, classes;                // offset of CombiningClass [class_count], in order
  u32 decomposition_count, decompositions; // offset of Decomposition [decomposition_count], in order
  u32 decomposed_count, decomposed;        // offset of u32 [decomposed_count], code points
  u32 composition_count, compositions;     // offset of Composition [composition_count], in order
  // For a unigram vocabulary (encode_by_scores.h); otherwise empty.
  u32 scored_count, scored; // offset of ScoredPiece [scored_count], in the order of their bytes
  f64 unknown_score;        // of a character that is no piece
  i32 unknown;              // its token
  u32 is_compatible;        // the normalization form is KC
  // For text that is brought to what a map of characters says (character_map.h); otherwise empty.
  u32 map_count, map_units; // offset of u32 [map_count]: a trie
  u32 map_texts;            // in token_text, to its end: what texts become
  u32 map_growth;           // what a byte of text can become at most
};
static_assert(sizeof(TokenizerHeader) == 128);

/// Plain: from merges. Control: matched as whole text, not printed. Defined: matched as whole text, printed.
enum class TokenKind : u8 { Plain, Control, Defined };

/// A token that is matched as whole text.
struct AddedToken {
  i32 id;
  u32 text, bytes; // in token_text
  u32 flags;
};
constexpr u32 kMatchesChangedText = 1; // looked for in what the text became, not in what it was
constexpr u32 kTakesSpacesBefore = 2;  // white space beside it belongs to it
constexpr u32 kTakesSpacesAfter = 4;
/// Only where no character of a word stands beside it.
[[maybe_unused]] constexpr u32 kIsSingleWord = 8;

/// One entry of the hash table of merges, open addressing with linear probing.
struct MergeSlot {
  u32 left, right; // left == kNoMerge: empty
  u32 rank;        // the smaller, the earlier it is merged
  u32 result;
};
constexpr u32 kNoMerge = 0xffffffff;

/// Where to begin looking for a pair.
constexpr u32 merge_slot(u32 left, u32 right, u32 merge_slots) {
  const u64 key = (u64{left} << 32 | right) * 0x9e3779b97f4a7c15;
  return static_cast<u32>(key >> 32) & (merge_slots - 1);
}

/// One entry of the hash table of texts that are a token as they stand, before any merge.
struct WordSlot {
  u32 text, bytes; // in token_text
  i32 id;          // -1: empty
};

/// Where to begin looking for a word.
constexpr u32 word_slot(std::string_view word, u32 word_slots) {
  u64 key = 0xcbf29ce484222325;
  for (char byte : word)
    key = (key ^ static_cast<u8>(byte)) * 0x100000001b3;
  return static_cast<u32>(key >> 32 ^ key) & (word_slots - 1);
}

/// A piece of a unigram vocabulary.
struct ScoredPiece {
  f64 score;
  u32 text, bytes; // in token_text
  i32 id;
  u32 reserved;
};

/// Bytes that a byte becomes by a map of characters, at most.
constexpr u32 kMostMapGrowth = 64;

/// Code points that may change what stands before them: marks, in the order of their classes, and, of class 0, what
/// is put together with the character before.
struct CombiningClass {
  u32 first, last, combining_class;
};

/// What a code point is taken apart into, completely: decomposed[first .. first + count).
struct Decomposition {
  u32 code, first, count;
};

/// What a byte of text can become at most: bytes, and code points.
struct FormGrowth {
  u64 bytes, codes;
};
constexpr FormGrowth kGrowthInFormC = {3, 2}, kGrowthInFormKC = {11, 6};
constexpr const FormGrowth &form_growth(const TokenizerHeader &header) {
  return header.is_compatible != 0 ? kGrowthInFormKC : kGrowthInFormC;
}

/// What two code points are put together to.
struct Composition {
  u32 first, second, result;
};
