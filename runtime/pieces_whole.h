//===- pieces_whole.h - Text in one piece ------------------------*- C++ -*-===//
//
// For tokenizers that merge across words. Tested by tests/emitted/test_tokenizer.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <string_view>

struct WholePieces {
  template <class Each> static void for_each(std::string_view text, Each &&each) { each(text); }
};
