//===- encode_by_scores.h - The likeliest pieces -----------------*- C++ -*-===//
//
// A unigram vocabulary: of all ways to spell a text with its pieces the one whose scores have the largest sum, of
// equals the one that was found first. A character that is no piece is unknown: it costs more than any piece, and such
// ones in a row are one token, or their bytes. Sums run from the beginning to the end of a text, and ties and what is
// almost one are decided as by the reference: the package `tokenizers` adds in double precision, SentencePiece in
// single. Tested by tests/emitted/test_tokenizer_families.py and tests/emitted/test_character_maps.py against both
// packages.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/fail.h"
#include "runtime/token_lookup.h"
#include "runtime/types.h"
#include "runtime/utf8.h"

#include <algorithm>
#include <memory>
#include <string_view>

/// Kind: `kCarriesSums`: text was cut where every spelling has a border, so a piece goes on with the sum of those
/// before; `kSingleSums`: as SentencePiece.
template <class Kind> class ScoreEncoder {
public:
  /// Bytes that are tokens and make no character are printed as U+FFFD, each.
  static constexpr bool kReplacesEachByte = true;

  /// Allocates the workspace for up to `most` bytes: 16 bytes each, touched only when they are used.
  ScoreEncoder(const TokenizerTables &given_tables, u64 most) : tables(given_tables), capacity(most) {
    if (most > 0x7fffffff)
      fail("a word of %llu bytes is too long: the limit is %d", static_cast<unsigned long long>(most), 0x7fffffff);
    ends = std::make_unique_for_overwrite<End[]>(most + 1);
  }

  u64 room() const { return capacity; }

  /// Another part of a text begins.
  void begin_part() { sum_before = 0; }

  /// Calls `each(i32 id)` for the tokens of `piece`. There must be room for it.
  template <class Each> void encode(std::string_view piece, Each &&each) {
    if (piece.empty())
      return;
    find_best(piece);
    if (Kind::kCarriesSums)
      sum_before = ends[piece.size()].sum;
    turn_around(static_cast<u32>(piece.size()));
    for (u32 from = 0, end = first_end; end > 0;) {
      const i32 id = ends[end].id;
      u32 next = ends[end].other;
      if (id != tables.unknown()) {
        each(id);
      } else {
        for (; next > 0 && ends[next].id == id; next = ends[next].other)
          end = next;
        encode_unknown(piece.substr(from, end - from), each);
      }
      from = end;
      end = next;
    }
  }

private:
  /// The best spelling of a text that ends here.
  struct End {
    f64 sum;
    i32 id;    // of the last token, -1: none was found so far
    u32 other; // where that token begins; later, where the next one ends, 0 for none
  };

  void find_best(std::string_view piece) {
    ends[0] = {sum_before, -1, 0};
    for (u64 at = 1; at <= piece.size(); ++at)
      ends[at].id = -1;
    for (u32 from = 0; from < piece.size();) {
      const std::string_view rest = piece.substr(from);
      const u32 character = std::max(whole_character(rest), 1u);
      const f64 sum = ends[from].sum;
      bool is_known = false;
      tables.for_each_scored(rest, [&](const ScoredPiece &found) {
        offer(from + found.bytes, sum + found.score, found.id, from);
        is_known |= found.bytes == character;
      });
      if (!is_known)
        offer(from + character, sum + tables.unknown_score(), tables.unknown(), from);
      from += character;
    }
  }

  void offer(u32 end, f64 sum, i32 id, u32 from) {
    if (Kind::kSingleSums)
      sum = static_cast<f64>(static_cast<f32>(sum));
    if (ends[end].id < 0 || sum > ends[end].sum)
      ends[end] = {sum, id, from};
  }

  /// From links to where tokens begin to links to where the next one ends.
  void turn_around(u32 end) {
    first_end = 0;
    while (end > 0) {
      const u32 from = ends[end].other;
      ends[end].other = first_end;
      first_end = end;
      end = from;
    }
  }

  /// Several unknown characters in a row may be a piece together, if its score is worse than theirs: `tokenizers`
  /// looks.
  template <class Each> void encode_unknown(std::string_view text, Each &&each) {
    if (const i32 id = Kind::kSingleSums ? -1 : tables.find_scored(text); id >= 0)
      return each(id);
    const auto has_token = [&](char byte) { return tables.byte_token(static_cast<u8>(byte)) >= 0; };
    if (!std::all_of(text.begin(), text.end(), has_token))
      return each(tables.unknown());
    for (char byte : text)
      each(tables.byte_token(static_cast<u8>(byte)));
  }

  const TokenizerTables &tables;
  u64 capacity;
  std::unique_ptr<End[]> ends;
  u32 first_end = 0; // of the first token of the best spelling
  f64 sum_before = 0;
};
