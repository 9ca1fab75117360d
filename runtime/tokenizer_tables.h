//===- tokenizer_tables.h - The tokenizer as it lies in the weights file -------===//
//
// One array of bytes, little endian, built by codegen/weights/TokenizerTables.cpp, which includes this header too, and
// read in place by tokenizer.h. Offsets count from the first byte of the array, which lies at a multiple of 64. Tested
// by tests/emitted/test_tokenizer.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"

constexpr u32 kTokenizerMagic = 0x4b4f5457; // "WTOK"

struct TokenizerHeader {
  u32 magic;
  u32 blob_bytes;    // of everything
  u32 split_digits;  // 1: every number is a piece of its own, before GPT-2's expression
  u32 vocabulary;    // tokens
  u32 special_count; // tokens that are matched as whole text
  u32 merge_slots;   // of the hash table, a power of two
  u32 byte_tokens;   // offset of i32 [256]: the token of each single byte, -1 if it has none
  u32 token_offsets; // offset of u32 [vocabulary + 1]: where each token's text starts in token_text
  u32 token_text;    // offset of the bytes of all tokens
  u32 token_kinds;   // offset of u8 [vocabulary]: TokenKind
  u32 specials;      // offset of i32 [special_count], the longest text first
  u32 merges;        // offset of MergeSlot [merge_slots]
  u32 reserved[4];
};
static_assert(sizeof(TokenizerHeader) == 64);

/// Plain: from merges. Control: matched as whole text, not printed. Defined: matched as whole text, printed.
enum class TokenKind : u8 { Plain, Control, Defined };

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
