//===- file_copy.h - A file read into memory ---------------------*- C++ -*-===//
//
// For files that may change while they are used: whoever shortens a file that is mapped ends the programs that use it.
// Tested by tests/unit/runtime/WeightsFileTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/fail.h"
#include "runtime/types.h"
#include "runtime/zeroed_memory.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

/// The first bytes of a file, up to `most`. `what` names it in errors, `advice` ends those of a file that is missing.
class FileCopy {
public:
  FileCopy(const char *path, u64 most, const char *what, const char *advice = "") : memory(most) {
    struct OpenFile {
      std::FILE *file;
      ~OpenFile() {
        if (file != nullptr)
          std::fclose(file);
      }
    };
    const OpenFile opened{std::fopen(path, "rb")};
    if (opened.file == nullptr)
      fail("cannot open %s '%s': %s%s", what, path, std::strerror(errno), advice);
    std::setvbuf(opened.file, nullptr, _IONBF, 0); // straight to its place
    size = std::fread(memory.data(), 1, static_cast<std::size_t>(most), opened.file);
    if (std::ferror(opened.file) != 0)
      fail("cannot read %s '%s': %s", what, path, std::strerror(errno));
    char next;
    more = size == most && std::fread(&next, 1, 1, opened.file) == 1;
  }

  const u8 *data() const { return memory.data(); }
  u64 bytes() const { return size; }
  /// Whether the file goes on behind them.
  bool is_cut() const { return more; }

private:
  ZeroedMemory memory;
  u64 size = 0;
  bool more = false;
};
