//===- line_history.h - What was typed before --------------------*- C++ -*-===//
//
// The newest lines, as many as fit into memory that is taken once. Tested by tests/unit/runtime/LineEditorTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"

#include <optional>
#include <string>
#include <string_view>

class LineHistory {
public:
  explicit LineHistory(u64 given_room) : room(given_room) { lines.reserve(room); }

  /// One more, unless it is empty, the same as the one before, or too long.
  void add(std::string_view line) {
    leave();
    if (line.empty() || line.size() + 1 > room || line.find('\0') != line.npos || line == newest())
      return;
    while (lines.size() + line.size() + 1 > room)
      lines.erase(0, lines.find('\0') + 1);
    lines.append(line).push_back('\0');
    leave();
  }

  /// The one before and the one behind what was given last; none if there is no other. Behind the newest is where one
  /// begins: an empty text.
  std::optional<std::string_view> older() {
    if (at == 0)
      return std::nullopt;
    const std::size_t end = at - 1;
    at = end == 0 ? 0 : lines.rfind('\0', end - 1) + 1; // npos + 1 is 0
    return std::string_view(lines).substr(at, end - at);
  }
  std::optional<std::string_view> newer() {
    if (at == lines.size())
      return std::nullopt;
    at = lines.find('\0', at) + 1;
    return std::string_view(lines).substr(at, at == lines.size() ? 0 : lines.find('\0', at) - at);
  }

  /// Begins behind the newest again.
  void leave() { at = lines.size(); }

private:
  std::string_view newest() {
    const std::string_view line = older().value_or(std::string_view());
    leave();
    return line;
  }

  u64 room;
  std::string lines; // each with a NUL behind it
  std::size_t at = 0;
};
