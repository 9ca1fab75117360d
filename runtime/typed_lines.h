//===- typed_lines.h - A text that is being typed, on a screen ---*- C++ -*-===//
//
// Writes it to standard output behind a sign, wrapped at the width of the terminal, and writes over what it wrote the
// last time. Of a text that is higher than the terminal the rows around the cursor are shown. Tested by
// tests/unit/runtime/LineEditorTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/code_ranges.h"
#include "runtime/platform/terminal.h"
#include "runtime/types.h"
#include "runtime/utf8.h"

#include <algorithm>
#include <cstdio>
#include <string_view>

/// How many columns a character takes: terminals agree on these.
inline i32 columns_of(u32 code) {
  constexpr CodeRange kNone[] = {
      {0x300, 0x36f}, {0x200b, 0x200f}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}};
  constexpr CodeRange kTwo[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xac00, 0xd7a3},
                                {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
                                {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1faff}, {0x20000, 0x3fffd}};
  return in_ranges(kNone, code) ? 0 : in_ranges(kTwo, code) ? 2 : 1;
}

class TypedLines {
public:
  /// `sign` stands before the text, `next_sign` before each further line of it; both in ASCII.
  void show(std::string_view sign, std::string_view next_sign, std::string_view text, std::size_t cursor,
            platform::TerminalSize size) {
    Place cursor_place;
    const Place end = walk(sign, next_sign, text, size.columns, [&](std::size_t at, Place place, std::string_view) {
      if (at <= cursor)
        cursor_place = place;
    });
    if (cursor == text.size())
      cursor_place = end;
    const i32 first = std::max(0, cursor_place.row - std::max(1, size.rows - 1) + 1);
    const i32 last = std::min(end.row, first + std::max(1, size.rows - 1) - 1);

    clear();
    i32 row = first;
    const auto go_to = [&](Place place) {
      for (; row < place.row; ++row)
        std::fputc('\n', stdout);
    };
    walk(sign, next_sign, text, size.columns, [&](std::size_t, Place place, std::string_view shown) {
      if (place.row < first || place.row > last)
        return;
      go_to(place);
      std::fwrite(shown.data(), 1, shown.size(), stdout);
    });
    go_to({last, 0});
    if (last > cursor_place.row)
      std::printf("\x1b[%dA", last - cursor_place.row);
    std::fputc('\r', stdout);
    if (cursor_place.column > 0)
      std::printf("\x1b[%dC", cursor_place.column);
    cursor_row = cursor_place.row - first;
  }

  /// What is shown stays; what comes next stands below it.
  void leave() {
    std::fputc('\n', stdout);
    cursor_row = 0;
  }

private:
  struct Place {
    i32 row = 0, column = 0;
  };

  /// Calls each(index, place, what is shown) for signs, with the index of what follows, and characters, in order. Gives
  /// the place behind the last one.
  template <class Each>
  static Place walk(std::string_view sign, std::string_view next_sign, std::string_view text, i32 columns,
                    Each &&each) {
    Place place;
    each(0, place, sign);
    place.column = static_cast<i32>(sign.size());
    for (std::size_t at = 0; at < text.size();) {
      if (text[at] == '\n') {
        ++at;
        place = {place.row + 1, 0};
        each(at, place, next_sign);
        place.column = static_cast<i32>(next_sign.size());
        if (at < text.size())
          continue;
        break;
      }
      const u32 bytes = whole_character(text.substr(at));
      const u32 code = bytes > 0 ? code_point(text.substr(at), bytes) : 0;
      const bool plain = code >= 0x20 && code != 0x7f && !(code >= 0x80 && code < 0xa0); // a terminal obeys the others
      const i32 width = plain ? columns_of(code) : 1;
      if (place.column + width > columns)
        place = {place.row + 1, 0};
      each(at, place, plain ? text.substr(at, bytes) : code == '\t' ? std::string_view(" ") : std::string_view("?"));
      place.column += width;
      at += std::max(bytes, 1u);
    }
    return place.column < columns ? place : Place{place.row + 1, 0};
  }

  /// Goes back to the first row, and clears what is there and below.
  void clear() const {
    std::fputc('\r', stdout);
    if (cursor_row > 0)
      std::printf("\x1b[%dA", cursor_row);
    std::fputs("\x1b[J", stdout);
  }

  i32 cursor_row = 0; // of what is shown
};
