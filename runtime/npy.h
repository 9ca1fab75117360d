//===- npy.h - Logits as a NumPy array ---------------------------*- C++ -*-===//
//
// float32 [rows][columns], little endian, rows written as they come. The header is written last, when the number of
// rows is known; until then the file has another name, so that nobody reads half of it. Tested by
// tests/emitted/test_program.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/fail.h"
#include "runtime/platform/platform.h"
#include "runtime/types.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>

class NpyWriter {
public:
  NpyWriter(const char *path, i32 columns) : path(path), temporary(this->path + ".part"), columns(columns) {
    file = std::fopen(temporary.c_str(), "wb");
    if (file == nullptr)
      fail("cannot write '%s': %s", temporary.c_str(), std::strerror(errno));
    std::setvbuf(file, nullptr, _IONBF, 0); // rows are long, and nothing is allocated for them
    write_header();                         // the right size already
  }

  NpyWriter(const NpyWriter &) = delete;
  NpyWriter &operator=(const NpyWriter &) = delete;

  ~NpyWriter() {
    if (file != nullptr) {
      std::fclose(file);
      std::remove(temporary.c_str());
    }
  }

  void add_row(const f32 *row) {
    write_bytes(row, sizeof(f32) * static_cast<std::size_t>(columns));
    ++rows;
  }

  /// Completes the file and gives it its name.
  void finish() {
    if (std::fseek(file, 0, SEEK_SET) != 0)
      give_up();
    write_header();
    if (std::fclose(std::exchange(file, nullptr)) != 0 || !platform::replace_file(temporary.c_str(), path.c_str()))
      give_up();
  }

private:
  static constexpr std::size_t kHeaderBytes =
      128; // magic 6, version 2, length 2, then a Python dictionary, padded with spaces

  void write_header() {
    char header[kHeaderBytes + 1];
    std::memset(header, ' ', kHeaderBytes);
    std::memcpy(header, "\x93NUMPY\x01\x00\x76\x00", 10); // 0x76: the 118 bytes that follow
    const int length = std::snprintf(header + 10, kHeaderBytes - 10,
                                     "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }", rows, columns);
    header[10 + length] = ' '; // snprintf's end of string
    header[kHeaderBytes - 1] = '\n';
    write_bytes(header, kHeaderBytes);
  }

  void write_bytes(const void *data, std::size_t bytes) {
    if (std::fwrite(data, 1, bytes, file) != bytes)
      give_up();
  }

  [[noreturn]] void give_up() {
    const int error = errno;
    std::remove(temporary.c_str());
    fail("cannot write '%s': %s", path.c_str(), std::strerror(error));
  }

  std::string path, temporary;
  i32 columns, rows = 0;
  std::FILE *file;
};
