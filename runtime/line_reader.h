//===- line_reader.h - Lines of standard input -------------------*- C++ -*-===//
//
// A line ends with a line feed or where the input ends; what is in it does not matter, a NUL neither. Memory is taken
// once. Tested by tests/emitted/test_chat.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/fail.h"
#include "runtime/types.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <vector>

class LineReader {
public:
  /// `what` names a line in errors: "a turn".
  LineReader(const char *given_what, u64 given_longest) : what(given_what), longest(given_longest) {
    text.reserve(given_longest + 1);
  }

  /// The next line, without its line feed and a carriage return before it; false if there is none. It lives until the
  /// next call.
  bool next(std::string_view &line) {
    text.clear();
    int byte;
    while ((byte = std::getc(stdin)) != EOF && byte != '\n') {
      if (text.size() > longest)
        refuse();
      text.push_back(static_cast<char>(byte));
    }
    if (std::ferror(stdin) != 0)
      fail("cannot read stdin: %s", std::strerror(errno));
    line = {text.data(), text.size()};
    if (byte == EOF && line.empty())
      return false;
    while (line.ends_with('\r'))
      line.remove_suffix(1);
    if (line.size() > longest)
      refuse();
    return true;
  }

  [[noreturn]] void refuse() const {
    fail("%s is longer than %llu bytes", what, static_cast<unsigned long long>(longest));
  }

private:
  const char *what;
  u64 longest;
  std::vector<char> text; // one more than `longest`: a carriage return
};
