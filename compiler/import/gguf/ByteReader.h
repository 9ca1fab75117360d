//===- ByteReader.h - A cursor that cannot leave the file --------*- C++ -*-===//
//
// Reads little-endian numbers and length-prefixed text. Every length is compared with what is left before it is used,
// so no arithmetic on lengths can overflow. Tested by tests/unit/compiler/import/GgufFileTest.cpp (files cut at every
// length).
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_GGUF_BYTEREADER_H
#define WEEBILL_COMPILER_IMPORT_GGUF_BYTEREADER_H

#include "compiler/import/Refuse.h"

#include <bit>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace weebill::gguf {

/// The number at the start of `bytes`, which has at least sizeof(T) of them. Model files are little endian.
template <typename T> T loadLittleEndian(const char *bytes) {
  static_assert(std::is_arithmetic_v<T>);
  static_assert(std::endian::native == std::endian::little, "byte swapping is not written yet");
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

class ByteReader {
public:
  ByteReader(const std::string &path, std::string_view bytes) : path(path), bytes(bytes) {}

  size_t position() const { return at; }
  size_t left() const { return bytes.size() - at; }

  /// The next `count` bytes. `place` says in an error what was being read.
  std::string_view take(uint64_t count, const std::string &place) {
    if (count > left())
      importer::refuse(path, place,
                       "needs " + std::to_string(count) + " bytes at byte " + std::to_string(at) +
                           ", but the file has only " + std::to_string(left()) + " more");
    const std::string_view result = bytes.substr(at, count);
    at += count;
    return result;
  }

  template <typename T> T number(const std::string &place) {
    return loadLittleEndian<T>(take(sizeof(T), place).data());
  }

  /// A 64-bit length, then that many bytes.
  std::string_view text(const std::string &place) { return take(number<uint64_t>(place), place); }

private:
  const std::string &path;
  std::string_view bytes;
  size_t at = 0;
};

} // namespace weebill::gguf

#endif // WEEBILL_COMPILER_IMPORT_GGUF_BYTEREADER_H
