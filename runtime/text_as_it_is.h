//===- text_as_it_is.h - Text that is not changed ----------------*- C++ -*-===//
//
// What is done to a text before it is cut into pieces: nothing. Tested by tests/unit/runtime/TokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/text_parts.h"
#include "runtime/token_lookup.h"
#include "runtime/types.h"

struct TextAsItIs {
  static u64 longest(const TokenizerTables &, u64 bytes) { return bytes; } // that so many can become
  TextAsItIs(const TokenizerTables &, u64) {}
  TextPart operator()(TextPart part) { return part; }
};
