//===- WholeTextTokenizer.h - What stands before a conversation --*- C++ -*-===//
//
// The tokenizer of conversations whose tokens are numbers: any will do that cuts nothing. For tests of
// runtime/conversation.h and saved_state.h.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/encode_by_merging.h"
#include "runtime/pieces_whole.h"
#include "runtime/symbols_bytes.h"
#include "runtime/text_as_it_is.h"
#include "runtime/tokenizer.h"

struct WholeTextKind {
  using Borders = AnyBorders;
  using Text = TextAsItIs;
  using Parts = TextAsItIs;
  using Pieces = WholePieces;
  using Symbols = ByteSymbols;
  static constexpr bool kWholeWords = false, kDropsFirstSpace = false;
  using Encoder = MergingEncoder<WholeTextKind>;
};
using Tokenizer = BasicTokenizer<WholeTextKind>;
