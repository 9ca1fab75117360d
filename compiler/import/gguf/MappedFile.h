//===- MappedFile.h - A whole file as read-only memory -----------*- C++ -*-===//
//
// Model files are as large as memory and are read once, in pieces: they are mapped, not loaded. Tested by
// tests/unit/compiler/import/GgufFileTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_GGUF_MAPPEDFILE_H
#define WEEBILL_COMPILER_IMPORT_GGUF_MAPPEDFILE_H

#include <cstdint>
#include <string>
#include <string_view>

namespace weebill::gguf {

class MappedFile {
public:
  /// Throws InputError if `path` is not a regular file that can be read.
  explicit MappedFile(const std::string &path);
  ~MappedFile();
  MappedFile(const MappedFile &) = delete;
  MappedFile &operator=(const MappedFile &) = delete;

  std::string_view bytes() const { return {data, size}; }

private:
  const char *data = nullptr;
  size_t size = 0;
};

/// Whether anything has that name, be it a link to nothing: who opens it says what is wrong with it.
bool isThere(const std::string &path);

} // namespace weebill::gguf

#endif // WEEBILL_COMPILER_IMPORT_GGUF_MAPPEDFILE_H
