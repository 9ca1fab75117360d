//===- edited_text.h - Text with a cursor in it ------------------*- C++ -*-===//
//
// What keys do to a text in UTF-8, whatever its bytes are. Memory is taken once. Tested by
// tests/unit/runtime/LineEditorTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"
#include "runtime/utf8.h"

#include <algorithm>
#include <string>
#include <string_view>

class EditedText {
public:
  explicit EditedText(u64 given_most) : most(given_most) { bytes.reserve(most); }

  std::string_view text() const { return bytes; }
  std::size_t cursor() const { return at; }

  /// False: it is full.
  bool insert(std::string_view typed) {
    if (typed.size() > most - bytes.size())
      return false;
    bytes.insert(at, typed);
    at += typed.size();
    return true;
  }

  /// Another text, which is not too long, with the cursor at its end.
  void set(std::string_view other) {
    bytes.assign(other);
    at = bytes.size();
  }

  void move_left() { at = before(at); }
  void move_right() { at = behind(at); }
  void move_word_left() { at = word_before(at); }
  void move_word_right() {
    while (at < bytes.size() && bytes[at] == ' ')
      ++at;
    while (at < bytes.size() && bytes[at] != ' ')
      ++at;
  }
  void move_to_start_of_line() { at = start_of_line(); }
  void move_to_end_of_line() { at = end_of_line(); }
  void move_to_end() { at = bytes.size(); }

  void erase_left() { erase(before(at), at); }
  void erase_right() { erase(at, behind(at)); }
  void erase_word_left() { erase(word_before(at), at); }
  void erase_to_start_of_line() { erase(start_of_line(), at); }
  void erase_to_end_of_line() { erase(at, end_of_line()); }

private:
  /// Where the character begins that ends at `place`; a byte that belongs to none counts as one.
  std::size_t before(std::size_t place) const {
    for (std::size_t back = std::min<std::size_t>(place, 4); back > 1; --back)
      if (whole_character(text().substr(place - back, back)) == back)
        return place - back;
    return place - std::min<std::size_t>(place, 1);
  }
  std::size_t behind(std::size_t place) const {
    return place == bytes.size() ? place : place + std::max(whole_character(text().substr(place)), 1u);
  }
  std::size_t word_before(std::size_t place) const {
    while (place > 0 && bytes[place - 1] == ' ')
      --place;
    while (place > 0 && bytes[place - 1] != ' ')
      --place;
    return place;
  }
  std::size_t start_of_line() const { return at == 0 ? 0 : bytes.rfind('\n', at - 1) + 1; } // npos + 1 is 0
  std::size_t end_of_line() const { return std::min(bytes.find('\n', at), bytes.size()); }

  void erase(std::size_t from, std::size_t to) {
    bytes.erase(from, to - from);
    at = from;
  }

  u64 most;
  std::string bytes; // within what is reserved
  std::size_t at = 0;
};
