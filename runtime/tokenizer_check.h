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

  [[noreturn]] static void fail_damaged() {
    fail("the tokenizer in the weights file is damaged; --verify reads all of the file");
  }

private:
  TokenizerCheck(const u8 *given_blob, u64 given_bytes) : blob(given_blob), bytes(given_bytes) {}

  void check() const {
    require(bytes >= sizeof(TokenizerHeader));
    const TokenizerHeader &header = *reinterpret_cast<const TokenizerHeader *>(blob);
    if (header.magic != kTokenizerMagic)
      fail("the weights file has no tokenizer where this program expects it");
    require(header.blob_bytes == bytes && header.vocabulary < 0x7fffffff);
    check_texts(header);
    check_merges(header);
    check_words(header);
    check_scored(header);
    check_normal_form(header);
    check_map(header);
  }

  void check_texts(const TokenizerHeader &header) const {
    const i32 *byte_tokens = array<i32>(header.byte_tokens, 256);
    for (i32 byte = 0; byte < 256; ++byte)
      require(byte_tokens[byte] >= -1 && byte_tokens[byte] < static_cast<i32>(header.vocabulary));

    const u32 *offsets = array<u32>(header.token_offsets, u64{header.vocabulary} + 1);
    for (u32 id = 0; id < header.vocabulary; ++id)
      require(offsets[id] <= offsets[id + 1]);
    require(offsets[header.vocabulary] <= header.text_bytes);
    array<char>(header.token_text, header.text_bytes);
    array<TokenKind>(header.token_kinds, header.vocabulary);

    const AddedToken *added = array<AddedToken>(header.added, header.added_count);
    for (u32 index = 0; index < header.added_count; ++index) // an empty text would be found without end
      require(is_token(header, added[index].id) && is_text(header, added[index].text, added[index].bytes) &&
              added[index].bytes > 0);
  }

  void check_merges(const TokenizerHeader &header) const {
    require(std::has_single_bit(header.merge_slots));
    const MergeSlot *merges = array<MergeSlot>(header.merges, header.merge_slots);
    u32 empty = 0;
    for (u32 slot = 0; slot < header.merge_slots; ++slot)
      if (merges[slot].left == kNoMerge)
        ++empty;
      else
        require(merges[slot].result < header.vocabulary);
    require(empty > 0); // where a search ends
  }

  void check_words(const TokenizerHeader &header) const {
    require(std::has_single_bit(header.word_slots));
    const WordSlot *words = array<WordSlot>(header.words, header.word_slots);
    u32 empty = 0;
    for (u32 slot = 0; slot < header.word_slots; ++slot)
      if (words[slot].id < 0)
        ++empty;
      else
        require(is_token(header, words[slot].id) && is_text(header, words[slot].text, words[slot].bytes));
    require(empty > 0);
  }

  /// In whatever order they are, a search ends; in another one it finds less.
  void check_scored(const TokenizerHeader &header) const {
    const ScoredPiece *scored = array<ScoredPiece>(header.scored, header.scored_count);
    for (u32 index = 0; index < header.scored_count; ++index)
      require(is_token(header, scored[index].id) && is_text(header, scored[index].text, scored[index].bytes) &&
              scored[index].bytes > 0);
    require(header.scored_count == 0 || is_token(header, header.unknown));
  }

  /// No character may become longer than there is room for (text_normal_form.h).
  void check_normal_form(const TokenizerHeader &header) const {
    const CombiningClass *classes = array<CombiningClass>(header.classes, header.class_count);
    for (u32 index = 0; index < header.class_count; ++index)
      require(classes[index].combining_class < 256);
    const FormGrowth &growth = form_growth(header);
    const u32 *decomposed = array<u32>(header.decomposed, header.decomposed_count);
    const Decomposition *apart = array<Decomposition>(header.decompositions, header.decomposition_count);
    for (u32 index = 0; index < header.decomposition_count; ++index) {
      const Decomposition &entry = apart[index];
      const u32 room = bytes_of(entry.code);
      require(entry.count > 0 && entry.count <= growth.codes * room && entry.first <= header.decomposed_count &&
              entry.count <= header.decomposed_count - entry.first);
      u32 size = 0;
      for (u32 code = 0; code < entry.count; ++code)
        size += bytes_of(decomposed[entry.first + code]);
      require(size <= growth.bytes * room);
    }
    const Composition *together = array<Composition>(header.compositions, header.composition_count);
    for (u32 index = 0; index < header.composition_count; ++index)
      require(bytes_of(together[index].result) <= bytes_of(together[index].first) + bytes_of(together[index].second));
  }

  /// What the map's numbers say is looked at when it is followed.
  void check_map(const TokenizerHeader &header) const {
    require(header.map_growth <= kMostMapGrowth && header.map_texts <= header.text_bytes);
    array<u32>(header.map_units, header.map_count);
  }

  /// Of a code point in UTF-8.
  static u32 bytes_of(u32 code) {
    require(code < 0x110000);
    return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }

  static bool is_token(const TokenizerHeader &header, i32 id) {
    return id >= 0 && id < static_cast<i32>(header.vocabulary);
  }
  static bool is_text(const TokenizerHeader &header, u32 text, u32 text_bytes) {
    return text <= header.text_bytes && text_bytes <= header.text_bytes - text;
  }

  /// `count` elements at `offset`, which must be inside.
  template <class T> const T *array(u32 offset, u64 count) const {
    require(offset % alignof(T) == 0 && offset <= bytes && count <= (bytes - offset) / sizeof(T));
    return reinterpret_cast<const T *>(blob + offset);
  }

  static void require(bool holds) {
    if (!holds)
      fail_damaged();
  }

  const u8 *blob;
  u64 bytes;
};
