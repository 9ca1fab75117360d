//===- replaced_file.h - A file that is there when it is whole ---*- C++ -*-===//
//
// Until then it has another name, so that nobody reads half of it. Tested by tests/emitted/test_program.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/fail.h"
#include "runtime/platform/platform.h"

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>

class ReplacedFile {
public:
  explicit ReplacedFile(const char *given_path) : path(given_path), temporary(path + ".part") {
    file = std::fopen(temporary.c_str(), "wb");
    if (file == nullptr)
      fail("cannot write '%s': %s", temporary.c_str(), std::strerror(errno));
    std::setvbuf(file, nullptr, _IONBF, 0); // what comes is long, and nothing is allocated for it
  }

  ReplacedFile(const ReplacedFile &) = delete;
  ReplacedFile &operator=(const ReplacedFile &) = delete;

  ~ReplacedFile() {
    if (file == nullptr)
      return;
    std::fclose(file);
    std::remove(temporary.c_str());
  }

  void write(const void *data, std::size_t bytes) {
    if (std::fwrite(data, 1, bytes, file) != bytes)
      give_up();
  }

  /// What is written next overwrites the beginning.
  void rewind() {
    if (std::fseek(file, 0, SEEK_SET) != 0)
      give_up();
  }

  /// Gives the file its name.
  void finish() {
    if (std::fclose(std::exchange(file, nullptr)) != 0 || !platform::replace_file(temporary.c_str(), path.c_str()))
      give_up();
  }

private:
  [[noreturn]] void give_up() {
    const int error = errno;
    std::remove(temporary.c_str());
    fail("cannot write '%s': %s", path.c_str(), std::strerror(error));
  }

  std::string path, temporary;
  std::FILE *file;
};
