//===- token_buffer.h - Tokens of a prompt -----------------------*- C++ -*-===//
//
// As many as the context holds; those beyond are only counted, so that an error can name their number. Tested by
// tests/unit/runtime/ConversationTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"

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
  /// Puts `kBeginningToken` in front of a text, if the model wants one.
  void begin_text() {
    if (kAddBeginning && kBeginningToken >= 0)
      add(kBeginningToken);
  }
  const i32 *data() const { return ids.data(); }
  u64 count() const { return total; }

private:
  std::vector<i32> ids;
  u64 total = 0;
};
