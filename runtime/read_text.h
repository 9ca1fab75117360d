//===- read_text.h - A prompt from a file or from stdin ----------*- C++ -*-===//
//
// Whatever is in it; a line feed at its end, which editors and `echo` write, is no part of it. Tested by
// tests/emitted/test_program.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/fail.h"

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <string>

/// All of an open file; `path` names it in errors.
inline std::string read_text(std::FILE *file, const char *path) {
  constexpr std::size_t kMost = std::size_t{1} << 28;
  std::string text;
  char part[4096];
  while (const std::size_t bytes = std::fread(part, 1, sizeof part, file)) {
    if (text.size() > kMost)
      fail("'%s' is longer than %zu bytes: that is no prompt", path, kMost);
    text.append(part, bytes);
  }
  if (std::ferror(file) != 0)
    fail("cannot read '%s': %s", path, std::strerror(errno));
  if (text.ends_with('\n'))
    text.pop_back();
  if (text.ends_with('\r'))
    text.pop_back();
  return text;
}

/// The same of a file by its name; "-" is standard input.
inline std::string read_prompt_file(const char *path) {
  if (std::strcmp(path, "-") == 0)
    return read_text(stdin, "standard input");
  std::FILE *file = std::fopen(path, "rb");
  if (file == nullptr)
    fail("cannot open '%s': %s", path, std::strerror(errno));
  struct Closed {
    std::FILE *file;
    ~Closed() { std::fclose(file); }
  } closed{file};
  return read_text(file, path);
}
