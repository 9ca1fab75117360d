//===- pieces_bloom.h - BLOOM's and Viking's pieces ---------------*- C++ -*-===//
//
// Where text is cut before tokens are merged, which never cross the borders of pieces: at the matches of
//
//     ?[^(\s|.,!?…。，、।۔،)]+          with a space before the question mark
//
// of which Viking cuts out every number as well. Tested by tests/emitted/test_tokenizer_families.py against the
// `tokenizers` package.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/characters.h"
#include "runtime/pieces_each_number.h"
#include "runtime/pieces_steps.h"
#include "runtime/pieces_whole.h"
#include "runtime/types.h"
#include "runtime/utf8.h"

#include <string_view>

struct BloomWord {
  static u64 bytes(std::string_view text) {
    const u64 from = text[0] == ' ' ? 1 : 0;
    u64 end = from;
    while (end < text.size()) {
      const std::string_view rest = text.substr(end);
      const Character next = first_character(rest);
      if (next.kind == CharacterKind::Space || is_border(rest, next.bytes))
        break;
      end += next.bytes;
    }
    return end > from ? end : 0;
  }

private:
  static bool is_border(std::string_view text, u32 bytes) {
    for (const std::string_view border : {"(", "|", ".", ",", "!", "?", ")", "\xe2\x80\xa6", "\xe3\x80\x82",
                                          "\xef\xbc\x8c", "\xe3\x80\x81", "\xe0\xa5\xa4", "\xdb\x94", "\xd8\x8c"})
      if (text.substr(0, bytes) == border)
        return true;
    return false;
  }
};

using BloomPieces = CutOut<BloomWord, WholePieces>;
using VikingPieces = CutOut<BloomWord, CutOut<EachNumber, WholePieces>>;
