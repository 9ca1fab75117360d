//===- clusters.h - User-perceived characters --------------------*- C++ -*-===//
//
// Extended grapheme clusters (Unicode, annex 29), as far as they can be shorter than six bytes: text_clusters.h asks
// no more. Of longer ones it may be that several are taken for one or one for several, if none of these is short:
// flags, families of emoji, conjuncts of Indic scripts. Tested by tests/emitted/test_character_maps.py against the
// `tokenizers` package.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/code_ranges.h"
#include "runtime/types.h"
#include "runtime/unicode_clusters.h"
#include "runtime/utf8.h"

#include <string_view>

/// What a character is to the one beside it.
enum class ClusterPart : u8 { Other, Alone, Before, Behind, Leading, Vowel, Trailing, Syllable, ClosedSyllable };

inline ClusterPart cluster_part(u32 code) {
  if (in_ranges(kClusterControls, code))
    return ClusterPart::Alone;
  if (in_ranges(kClusterExtenders, code))
    return ClusterPart::Behind;
  if (in_ranges(kClusterPrefixes, code))
    return ClusterPart::Before;
  if (in_ranges(kHangulLeading, code))
    return ClusterPart::Leading;
  if (in_ranges(kHangulVowels, code))
    return ClusterPart::Vowel;
  if (in_ranges(kHangulTrailing, code))
    return ClusterPart::Trailing;
  if (code >= 0xac00 && code < 0xd7a4)
    return (code - 0xac00) % 28 == 0 ? ClusterPart::Syllable : ClusterPart::ClosedSyllable;
  return ClusterPart::Other;
}

/// Whether two neighbours belong to one cluster.
inline bool in_one_cluster(ClusterPart first, ClusterPart second) {
  using Part = ClusterPart;
  if (first == Part::Alone || second == Part::Alone)
    return false;
  if (second == Part::Behind || first == Part::Before)
    return true;
  if (first == Part::Leading)
    return second == Part::Leading || second == Part::Vowel || second == Part::Syllable ||
           second == Part::ClosedSyllable;
  if (first == Part::Vowel || first == Part::Syllable)
    return second == Part::Vowel || second == Part::Trailing;
  return (first == Part::Trailing || first == Part::ClosedSyllable) && second == Part::Trailing;
}

/// Bytes of the cluster that `text` (not empty) begins with. A byte of no character is one.
inline u64 cluster_bytes(std::string_view text) {
  if (text.starts_with("\r\n"))
    return 2;
  u64 end = whole_character(text);
  if (end == 0)
    return 1;
  ClusterPart last = cluster_part(code_point(text, static_cast<u32>(end)));
  while (end < text.size()) {
    const std::string_view rest = text.substr(end);
    const u32 bytes = whole_character(rest);
    const ClusterPart next = bytes > 0 ? cluster_part(code_point(rest, bytes)) : ClusterPart::Alone;
    if (!in_one_cluster(last, next))
      break;
    end += bytes;
    last = next;
  }
  return end;
}
