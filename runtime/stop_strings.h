//===- stop_strings.h - Texts that end an answer -----------------*- C++ -*-===//
//
// A stop string may begin in one token and end in another: what may be its beginning is held back until the rest
// decides. Of two that end at the same byte the longer one counts. Nothing is allocated after start. Tested by
// tests/unit/runtime/StopStringsTest.cpp and tests/emitted/test_program.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

class StopStrings {
public:
  /// None of `texts` is empty; they live as long as this object.
  explicit StopStrings(std::vector<std::string_view> given_texts) : texts(std::move(given_texts)) {
    std::size_t longest = 0;
    for (std::string_view text : texts)
      longest = std::max(longest, text.size());
    held.reserve(longest);
  }

  /// Takes the bytes of a token and calls `print(std::string_view)` with what is certainly no part of a stop string.
  /// True: one was found, everything before it is printed, it and what follows are dropped.
  template <class Print> bool take(std::string_view bytes, Print &&print) {
    if (texts.empty()) {
      print(bytes);
      return false;
    }
    for (char byte : bytes) {
      held.push_back(byte);
      if (const std::size_t found = found_at_end(); found > 0) {
        print(text_held().substr(0, held.size() - found));
        held.clear();
        return true;
      }
      const std::size_t kept = beginning_at_end();
      print(text_held().substr(0, held.size() - kept));
      held.erase(held.begin(), held.end() - static_cast<std::ptrdiff_t>(kept));
    }
    return false;
  }

  /// The answer ends otherwise: what is held back was no stop string.
  template <class Print> void finish(Print &&print) {
    print(text_held());
    held.clear();
  }

private:
  std::string_view text_held() const { return {held.data(), held.size()}; }

  /// Bytes of the longest stop string that the held text ends with.
  std::size_t found_at_end() const {
    std::size_t longest = 0;
    for (std::string_view text : texts)
      if (text_held().ends_with(text))
        longest = std::max(longest, text.size());
    return longest;
  }

  /// Bytes of the longest end of the held text that a stop string begins with.
  std::size_t beginning_at_end() const {
    for (std::size_t from = 0; from < held.size(); ++from)
      for (std::string_view text : texts)
        if (text.starts_with(text_held().substr(from)))
          return held.size() - from;
    return 0;
  }

  std::vector<std::string_view> texts;
  std::vector<char> held; // always the beginning of a stop string, so never longer than the longest
};
