//===- Metadata.cpp - The key-value section of a GGUF file ----------------===//
//
// Tested by tests/unit/compiler/import/GgufMetadataTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/gguf/Metadata.h"

#include <cmath>

namespace weebill::gguf {

namespace {

/// Bytes of a scalar, or of an element's smallest form: a string is at least its length, an array at least type and
/// count.
size_t smallestBytes(ValueType type) {
  switch (type) {
  case ValueType::Uint8:
  case ValueType::Int8:
  case ValueType::Bool:
    return 1;
  case ValueType::Uint16:
  case ValueType::Int16:
    return 2;
  case ValueType::Uint32:
  case ValueType::Int32:
  case ValueType::Float32:
    return 4;
  case ValueType::Uint64:
  case ValueType::Int64:
  case ValueType::Float64:
  case ValueType::String:
    return 8;
  case ValueType::Array:
    return 12;
  }
  return 1;
}

bool isScalar(ValueType type) { return type != ValueType::String && type != ValueType::Array; }

} // namespace

std::string valueTypeName(ValueType type) {
  static const char *const names[] = {"uint8",   "int8", "uint16", "int16",  "uint32", "int32",  "float32",
                                      "boolean", "text", "array",  "uint64", "int64",  "float64"};
  return uint32_t(type) < std::size(names) ? names[uint32_t(type)] : "type " + std::to_string(uint32_t(type));
}

Metadata::Metadata(const std::string &path, ByteReader &reader, uint64_t count) : path(path) {
  constexpr size_t kSmallestPair = 8 + 4 + 1; // length of the key, type, one byte
  if (count > reader.left() / kSmallestPair)
    importer::refuse(path, "metadata",
                     std::to_string(count) + " entries do not fit into the remaining " + std::to_string(reader.left()) +
                         " bytes");
  for (uint64_t i = 0; i < count; ++i) {
    const std::string place = "metadata entry " + std::to_string(i);
    const std::string_view key = reader.text(place);
    const MetadataValue value = readValue(reader, "metadata " + importer::quoted(key), 0);
    if (!values.emplace(key, value).second)
      importer::refuse(path, place, "the key " + importer::quoted(key) + " occurs twice");
  }
}

MetadataValue Metadata::readValue(ByteReader &reader, const std::string &place, int depth) const {
  const auto readType = [&] {
    const uint32_t type = reader.number<uint32_t>(place);
    if (type > uint32_t(ValueType::Float64))
      importer::refuse(path, place, "value type " + std::to_string(type) + " is unknown, the largest is 12");
    return ValueType(type);
  };
  // Walks over one element of a given type; only arrays of arrays come back here.
  const auto skipElements = [&](auto &&self, ValueType type, uint64_t count, int level) -> void {
    constexpr int kDeepest = 4;
    if (level > kDeepest)
      importer::refuse(path, place, "arrays are nested more than " + std::to_string(kDeepest) + " deep");
    if (count > reader.left() / smallestBytes(type))
      importer::refuse(path, place,
                       "an array of " + std::to_string(count) + " elements (" + valueTypeName(type) +
                           ") does not fit into the remaining " + std::to_string(reader.left()) + " bytes");
    if (isScalar(type)) {
      reader.take(count * smallestBytes(type), place);
      return;
    }
    for (uint64_t i = 0; i < count; ++i) {
      if (type == ValueType::String) {
        reader.text(place);
      } else {
        const ValueType inner = readType();
        self(self, inner, reader.number<uint64_t>(place), level + 1);
      }
    }
  };

  MetadataValue value{readType(), {}};
  if (value.type == ValueType::Array) {
    value.elementType = readType();
    value.count = reader.number<uint64_t>(place);
    ByteReader before = reader;
    skipElements(skipElements, value.elementType, value.count, depth);
    value.bytes = before.take(reader.position() - before.position(), place);
  } else if (value.type == ValueType::String) {
    value.bytes = reader.text(place);
  } else {
    value.bytes = reader.take(smallestBytes(value.type), place);
  }
  return value;
}

const MetadataValue *Metadata::find(std::string_view key) const {
  const auto found = values.find(key);
  return found == values.end() ? nullptr : &found->second;
}

void Metadata::refuseType(std::string_view key, const MetadataValue &value, const std::string &wanted) const {
  std::string is = valueTypeName(value.type);
  if (value.type == ValueType::Array)
    is += " of " + valueTypeName(value.elementType);
  importer::refuse(path, "metadata " + importer::quoted(key), "is " + is + ", not " + wanted);
}

std::optional<int64_t> Metadata::signedInteger(std::string_view key) const {
  const MetadataValue *value = find(key);
  if (!value)
    return std::nullopt;
  const char *bytes = value->bytes.data();
  switch (value->type) {
  case ValueType::Uint8:
    return loadLittleEndian<uint8_t>(bytes);
  case ValueType::Int8:
    return loadLittleEndian<int8_t>(bytes);
  case ValueType::Uint16:
    return loadLittleEndian<uint16_t>(bytes);
  case ValueType::Int16:
    return loadLittleEndian<int16_t>(bytes);
  case ValueType::Uint32:
    return loadLittleEndian<uint32_t>(bytes);
  case ValueType::Int32:
    return loadLittleEndian<int32_t>(bytes);
  case ValueType::Int64:
    return loadLittleEndian<int64_t>(bytes);
  case ValueType::Uint64: {
    const uint64_t number = loadLittleEndian<uint64_t>(bytes);
    if (number > uint64_t(INT64_MAX))
      importer::refuse(path, "metadata " + importer::quoted(key),
                       std::to_string(number) + " is outside 0.." + std::to_string(INT64_MAX));
    return int64_t(number);
  }
  case ValueType::Float32:
  case ValueType::Float64: { // how programs write 2 that know no integers
    constexpr double kLargest = 1e15;
    const double number =
        value->type == ValueType::Float32 ? loadLittleEndian<float>(bytes) : loadLittleEndian<double>(bytes);
    if (number == std::floor(number) && std::abs(number) <= kLargest)
      return int64_t(number);
    refuseType(key, *value, "an integer");
  }
  default:
    refuseType(key, *value, "an integer");
  }
}

std::optional<int64_t> Metadata::integer(std::string_view key, int64_t largest) const {
  const std::optional<int64_t> result = signedInteger(key);
  if (result && (*result < 0 || *result > largest))
    importer::refuse(path, "metadata " + importer::quoted(key),
                     std::to_string(*result) + " is outside 0.." + std::to_string(largest));
  return result;
}

std::optional<int64_t> Metadata::token(std::string_view key) const {
  const std::optional<int64_t> result = signedInteger(key);
  if (!result || *result == -1 || *result == int64_t(UINT32_MAX))
    return std::nullopt;
  if (*result < 0)
    importer::refuse(path, "metadata " + importer::quoted(key), std::to_string(*result) + " is no token");
  return result;
}

std::optional<double> Metadata::real(std::string_view key) const {
  const MetadataValue *value = find(key);
  if (!value)
    return std::nullopt;
  if (value->type == ValueType::Float32)
    return loadLittleEndian<float>(value->bytes.data());
  if (value->type == ValueType::Float64)
    return loadLittleEndian<double>(value->bytes.data());
  if (isScalar(value->type) && value->type != ValueType::Bool)
    return double(*signedInteger(key));
  refuseType(key, *value, "a floating-point number");
}

std::optional<bool> Metadata::flag(std::string_view key) const {
  const MetadataValue *value = find(key);
  if (!value)
    return std::nullopt;
  if (isScalar(value->type) && value->type != ValueType::Bool)
    return integer(key, 1) == 1;
  if (value->type != ValueType::Bool)
    refuseType(key, *value, "a boolean");
  const uint8_t byte = loadLittleEndian<uint8_t>(value->bytes.data());
  if (byte > 1)
    importer::refuse(path, "metadata " + importer::quoted(key), "a boolean is 0 or 1, not " + std::to_string(byte));
  return byte == 1;
}

std::optional<std::string_view> Metadata::text(std::string_view key) const {
  const MetadataValue *value = find(key);
  if (!value)
    return std::nullopt;
  if (value->type != ValueType::String)
    refuseType(key, *value, "a text");
  return value->bytes;
}

std::optional<std::vector<std::string_view>> Metadata::texts(std::string_view key) const {
  const MetadataValue *value = find(key);
  if (!value)
    return std::nullopt;
  if (value->type != ValueType::Array || value->elementType != ValueType::String)
    refuseType(key, *value, "an array of texts");
  ByteReader reader(path, value->bytes);
  std::vector<std::string_view> result(value->count); // 16 bytes for each; a text has 8 in the file at least
  for (std::string_view &text : result)
    text = reader.text("metadata " + importer::quoted(key));
  return result;
}

std::optional<std::string_view> Metadata::bytes(std::string_view key) const {
  const MetadataValue *value = find(key);
  if (!value)
    return std::nullopt;
  if (value->type != ValueType::Array ||
      (value->elementType != ValueType::Uint8 && value->elementType != ValueType::Int8))
    refuseType(key, *value, "an array of 8-bit integers");
  return value->bytes;
}

std::optional<std::vector<float>> Metadata::reals(std::string_view key) const {
  const MetadataValue *value = find(key);
  if (!value)
    return std::nullopt;
  if (value->type != ValueType::Array || value->elementType != ValueType::Float32)
    refuseType(key, *value, "an array of float32");
  std::vector<float> result(value->count);
  for (uint64_t i = 0; i < value->count; ++i)
    result[i] = loadLittleEndian<float>(value->bytes.data() + 4 * i);
  return result;
}

std::optional<std::vector<int32_t>> Metadata::integers(std::string_view key) const {
  const MetadataValue *value = find(key);
  if (!value)
    return std::nullopt;
  if (value->type != ValueType::Array ||
      (value->elementType != ValueType::Int32 && value->elementType != ValueType::Uint32))
    refuseType(key, *value, "an array of 32-bit integers");
  std::vector<int32_t> result(value->count);
  for (uint64_t i = 0; i < value->count; ++i)
    result[i] = loadLittleEndian<int32_t>(value->bytes.data() + 4 * i);
  return result;
}

} // namespace weebill::gguf
