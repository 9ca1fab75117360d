//===- text_clusters.h - A map of characters, cluster by cluster -*- C++ -*-===//
//
// The package `tokenizers` reads a map of SentencePiece otherwise than SentencePiece. It goes through a text by
// user-perceived characters: a letter and its accents are one, a cluster. A short cluster becomes what the map says of
// the shortest text that it begins with, all of it; of others every character for itself. Models that were trained with
// a tokenizer.json know such texts. Tested by tests/emitted/test_character_maps.py against the package.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/character_map.h"
#include "runtime/clusters.h"
#include "runtime/rewritten_text.h"
#include "runtime/text_parts.h"
#include "runtime/token_lookup.h"
#include "runtime/types.h"
#include "runtime/utf8.h"

#include <algorithm>
#include <string_view>

class TextMappedByClusters {
public:
  static u64 longest(const TokenizerTables &tables, u64 bytes) { return CharacterMap::most_growth(tables) * bytes; }

  TextMappedByClusters(const TokenizerTables &tables, u64 most) : map(tables), out(longest(tables, most)) {}

  TextPart operator()(TextPart part) {
    out.begin(part);
    for (u64 at = 0; at < part.text.size();) {
      const std::string_view cluster = part.text.substr(at, cluster_bytes(part.text.substr(at)));
      if (cluster.size() >= kLongBytes || !put_mapped(cluster))
        put_characters(cluster);
      at += cluster.size();
      out.end_unit(at);
    }
    return out.whole();
  }

private:
  static constexpr u64 kLongBytes = 6;

  void put_characters(std::string_view cluster) {
    while (!cluster.empty()) {
      const std::string_view character = cluster.substr(0, std::max(whole_character(cluster), 1u));
      if (!put_mapped(character))
        out.put(character);
      cluster.remove_prefix(character.size());
    }
  }

  /// Whether the map has a text that `whole` begins with: that is put in its place.
  bool put_mapped(std::string_view whole) {
    bool is_mapped = false;
    map.for_each_text(whole, [&](u32, std::string_view becomes) {
      if (!is_mapped)
        out.put(becomes);
      is_mapped = true;
    });
    return is_mapped;
  }

  CharacterMap map;
  RewrittenText out;
};
