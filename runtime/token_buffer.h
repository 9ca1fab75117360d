//===- token_buffer.h - Tokens of a prompt -----------------------*- C++ -*-===//
//
// As many as the context holds; those beyond are only counted, so that an error can name their number. Tested by
// tests/unit/runtime/ConversationTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"

#include <algorithm>
#include <cstddef>
#include <vector>

class TokenBuffer {
public:
  explicit TokenBuffer(i32 capacity) : ids(static_cast<std::size_t>(capacity)) {}

  void clear() { total = 0; }
  void add(i32 id) {
    if (total < ids.size())
      ids[total] = id;
    ++total;
  }
  /// Puts what the model wants before every text in front of one.
  void begin_text() {
    for (i32 index = 0; index < kBeforeTextCount; ++index)
      add(kBeforeText[index]);
  }
  /// Whether it is there already, or a part of it, when a text begins with this token: a template has written it.
  static bool begins_text(i32 id) {
    return std::find(kBeforeText, kBeforeText + kBeforeTextCount, id) != kBeforeText + kBeforeTextCount;
  }
  const i32 *data() const { return ids.data(); }
  u64 count() const { return total; }

private:
  std::vector<i32> ids;
  u64 total = 0;
};
