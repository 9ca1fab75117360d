//===- ByteSink.h - Where the bytes of a file go -----------------*- C++ -*-===//
//
// A file on disk (OutputFile), or whatever a caller of compiler/api wants. Tested by
// tests/unit/codegen/weights/PackTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_WEIGHTS_BYTESINK_H
#define WEEBILL_CODEGEN_WEIGHTS_BYTESINK_H

#include <cstddef>

namespace weebill::weights {

class ByteSink {
public:
  virtual ~ByteSink() = default;

  /// Appends bytes.
  virtual void write(const void *data, size_t bytes) = 0;

  /// Replaces bytes at the beginning, after which nothing more is appended.
  virtual void rewriteBeginning(const void *data, size_t bytes) = 0;
};

} // namespace weebill::weights

#endif // WEEBILL_CODEGEN_WEIGHTS_BYTESINK_H
