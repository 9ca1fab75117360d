//===- npy.h - Logits as a NumPy array ---------------------------*- C++ -*-===//
//
// float32 [rows][columns], little endian, rows written as they come. The header is written last, when the number of
// rows is known. Tested by tests/emitted/test_program_texts.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/replaced_file.h"
#include "runtime/types.h"

#include <cstddef>
#include <cstdio>
#include <cstring>

class NpyWriter {
public:
  NpyWriter(const char *path, i32 given_columns) : columns(given_columns), file(path) {
    write_header();
  } // the right size already

  void add_row(const f32 *row) {
    file.write(row, sizeof(f32) * static_cast<std::size_t>(columns));
    ++rows;
  }

  /// Completes the file and gives it its name.
  void finish() {
    file.rewind();
    write_header();
    file.finish();
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
    file.write(header, kHeaderBytes);
  }

  i32 columns, rows = 0;
  ReplacedFile file;
};
