//===- text_in_turn.h - Two changes of a text --------------------*- C++ -*-===//
//
// One after the other. What becomes empty stays so: no space is put before nothing. Tested by
// tests/unit/runtime/TextChangesTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/text_parts.h"
#include "runtime/token_lookup.h"
#include "runtime/types.h"

template <class First, class Second> class TextInTurn {
public:
  static u64 longest(const TokenizerTables &tables, u64 bytes) {
    return Second::longest(tables, First::longest(tables, bytes));
  }

  TextInTurn(const TokenizerTables &tables, u64 most)
      : first(tables, most), second(tables, First::longest(tables, most)) {}

  TextPart operator()(TextPart part) {
    part = first(part);
    return part.text.empty() ? part : second(part);
  }

private:
  First first;
  Second second;
};
