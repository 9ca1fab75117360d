//===- tokenizer_check.h - Tables that cannot lead astray --------*- C++ -*-===//
//
// Start does not read the weights, so a file that is damaged behind a right header is not noticed. Wrong weights give
// wrong words, but wrong tables would be addresses beyond the file. They are checked here once, about a millisecond for
// 50,000 tokens, and used without a look afterwards. Tested by tests/unit/runtime/TokenizerTest.cpp and, with damaged
// tables, tests/fuzz/RuntimeKinds.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/fail.h"
#include "runtime/tokenizer_tables.h"
#include "runtime/types.h"

#include <bit>

class TokenizerCheck {
public:
  /// Fails if any number in the tables would lead out of their `bytes` bytes, or into an endless search.
  static void run(const u8 *blob, u64 bytes) { TokenizerCheck(blob, bytes).check(); }

private:
  TokenizerCheck(const u8 *blob, u64 bytes) : blob(blob), bytes(bytes) {}

  void check() const {
    require(bytes >= sizeof(TokenizerHeader));
    const TokenizerHeader &header = *reinterpret_cast<const TokenizerHeader *>(blob);
    if (header.magic != kTokenizerMagic)
      fail("the weights file has no tokenizer where this program expects it");
    require(header.blob_bytes == bytes && header.vocabulary < 0x7fffffff && std::has_single_bit(header.merge_slots));

    const i32 *byte_tokens = array<i32>(header.byte_tokens, 256);
    for (i32 byte = 0; byte < 256; ++byte)
      require(byte_tokens[byte] >= -1 && byte_tokens[byte] < static_cast<i32>(header.vocabulary));

    const u32 *offsets = array<u32>(header.token_offsets, u64{header.vocabulary} + 1);
    for (u32 id = 0; id < header.vocabulary; ++id)
      require(offsets[id] <= offsets[id + 1]);
    array<char>(header.token_text, offsets[header.vocabulary]);
    array<TokenKind>(header.token_kinds, header.vocabulary);

    const i32 *specials = array<i32>(header.specials, header.special_count);
    for (u32 special = 0; special < header.special_count; ++special) {
      const u32 id = static_cast<u32>(specials[special]);
      require(id < header.vocabulary && offsets[id] < offsets[id + 1]); // an empty text would be found without end
    }

    const MergeSlot *merges = array<MergeSlot>(header.merges, header.merge_slots);
    u32 empty = 0;
    for (u32 slot = 0; slot < header.merge_slots; ++slot)
      if (merges[slot].left == kNoMerge)
        ++empty;
      else
        require(merges[slot].result < header.vocabulary);
    require(empty > 0); // where a search ends
  }

  /// `count` elements at `offset`, which must be inside.
  template <class T> const T *array(u32 offset, u64 count) const {
    require(offset % alignof(T) == 0 && offset <= bytes && count <= (bytes - offset) / sizeof(T));
    return reinterpret_cast<const T *>(blob + offset);
  }

  static void require(bool holds) {
    if (!holds)
      fail("the tokenizer in the weights file is damaged; --verify reads all of the file");
  }

  const u8 *blob;
  u64 bytes;
};
