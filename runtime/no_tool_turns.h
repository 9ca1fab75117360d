//===- no_tool_turns.h - A chat template without a role for tools *- C++ -*-===//
//
// In the place of tool_turns.h. Tested by tests/emitted/test_tool_turns.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/fail.h"
#include "runtime/text_parts.h"
#include "runtime/types.h"

#include <string>
#include <string_view>

class ToolTurns {
public:
  static constexpr u64 kMarks = 0;
  static constexpr u64 most_bytes(u64 bytes) { return bytes; }
  static void require() { fail("the model's chat template has no role for tools"); }
  static LiteralRange add(std::string_view, bool, std::string &) { return {}; }
  static const char *closing(bool) { return ""; }
  static constexpr bool kAlways = false;
  static const char *lead(std::string_view) { return ""; }
  [[maybe_unused]] static constexpr const char *kPrefix = "", *kAnswerSuffix = "", *kUserPrefix = "";
  static bool keeps(std::string_view) { return false; }
};
