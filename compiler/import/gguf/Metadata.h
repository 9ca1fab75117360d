//===- Metadata.h - The key-value section of a GGUF file ---------*- C++ -*-===//
//
// Values are views into the mapped file: an array is checked when it is read but never copied, so a hostile count costs
// no memory. Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. Tested by
// tests/unit/compiler/import/GgufMetadataTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_GGUF_METADATA_H
#define WEEBILL_COMPILER_IMPORT_GGUF_METADATA_H

#include "compiler/import/gguf/ByteReader.h"

#include <map>
#include <optional>
#include <vector>

namespace weebill::gguf {

/// The numbers are those of the format.
enum class ValueType : uint32_t {
  Uint8 = 0,
  Int8 = 1,
  Uint16 = 2,
  Int16 = 3,
  Uint32 = 4,
  Int32 = 5,
  Float32 = 6,
  Bool = 7,
  String = 8,
  Array = 9,
  Uint64 = 10,
  Int64 = 11,
  Float64 = 12,
};

/// "uint32", "array" ...
std::string valueTypeName(ValueType type);

struct MetadataValue {
  ValueType type;
  std::string_view bytes;                   // of a scalar: its bytes; of a string: its text; of an array: all elements
  ValueType elementType = ValueType::Uint8; // arrays only
  uint64_t count = 0;                       // arrays only
};

class Metadata {
public:
  /// Reads `count` key-value pairs. Throws InputError.
  Metadata(const std::string &path, ByteReader &reader, uint64_t count);

  /// The value of that key, or nullptr.
  const MetadataValue *find(std::string_view key) const;
  const std::map<std::string_view, MetadataValue> &all() const { return values; }

  // Typed access. Absent keys give nothing; a value of another type, or out of range, throws InputError.

  /// Any type of numbers, whole, 0 <= value <= `largest`.
  std::optional<int64_t> integer(std::string_view key, int64_t largest = INT32_MAX) const;
  /// The token that a key names; nothing as well if it says -1, as a number with a sign or as the same 32 bits without.
  std::optional<int64_t> token(std::string_view key) const;
  std::optional<double> real(std::string_view key) const;
  std::optional<bool> flag(std::string_view key) const; // 0 and 1 of any type as well
  std::optional<std::string_view> text(std::string_view key) const;
  std::optional<std::vector<std::string_view>> texts(std::string_view key) const;
  /// An array of 8-bit integers, signed or not.
  std::optional<std::string_view> bytes(std::string_view key) const;
  /// An array of float32.
  std::optional<std::vector<float>> reals(std::string_view key) const;
  /// An array of 32-bit integers, signed or not.
  std::optional<std::vector<int32_t>> integers(std::string_view key) const;

private:
  MetadataValue readValue(ByteReader &reader, const std::string &place, int depth) const;
  /// Any integer of at most 63 bits and a sign.
  std::optional<int64_t> signedInteger(std::string_view key) const;
  [[noreturn]] void refuseType(std::string_view key, const MetadataValue &value, const std::string &wanted) const;

  std::string path;
  std::map<std::string_view, MetadataValue> values;
};

} // namespace weebill::gguf

#endif // WEEBILL_COMPILER_IMPORT_GGUF_METADATA_H
