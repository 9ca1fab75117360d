//===- ArchitectureKeys.h - The keys of one architecture ----------*- C++ -*-===//
//
// "gemma3.block_count" as "block_count". Tested by tests/unit/compiler/import/GgufArchitectureTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_GGUF_ARCHITECTUREKEYS_H
#define WEEBILL_COMPILER_IMPORT_GGUF_ARCHITECTUREKEYS_H

#include "compiler/import/IgnoredFields.h"
#include "compiler/import/Refuse.h"
#include "compiler/import/gguf/GgufFile.h"

#include <algorithm>
#include <functional>
#include <set>

namespace weebill::gguf {

/// Where an error is.
inline std::string keyPlace(std::string_view key) { return "metadata " + importer::quoted(key); }

/// The keys of one architecture, named without what they begin with.
class ArchitectureKeys {
public:
  ArchitectureKeys(const GgufFile &file, std::string_view family)
      : file(file), metadata(file.metadata()), prefix(std::string(family) + ".") {}

  std::string name(std::string_view key) const { return prefix + std::string(key); }
  bool has(std::string_view key) const { return metadata.find(name(key)) != nullptr; }

  [[noreturn]] void refuseKey(std::string_view key, const std::string &what) const {
    importer::refuse(file.path(), keyPlace(name(key)), what);
  }

  /// A number for all blocks, or a list that has it for each.
  int64_t required(std::string_view key) const {
    const std::optional<std::vector<int32_t>> numbers = list(key);
    if (numbers && std::adjacent_find(numbers->begin(), numbers->end(), std::not_equal_to<>()) != numbers->end())
      refuseKey(key, "differs from block to block, which is not supported");
    const std::optional<int64_t> value = !numbers           ? metadata.integer(name(key))
                                         : numbers->empty() ? std::nullopt
                                                            : std::optional<int64_t>(numbers->front());
    if (!value)
      refuseKey(key, "is missing");
    if (*value < 1)
      refuseKey(key, "is " + std::to_string(*value) + ", at least 1 is needed");
    return *value;
  }

  void requireEqual(std::string_view key, int64_t expected, const std::string &meaning) const {
    const int64_t value = metadata.integer(name(key)).value_or(expected);
    if (value != expected)
      refuseKey(key, "is " + std::to_string(value) + ", but " + meaning + " is " + std::to_string(expected));
  }

  std::optional<int64_t> integer(std::string_view key) const { return metadata.integer(name(key)); }
  /// Of a key with a number for each block; nothing if it has one for all.
  std::optional<std::vector<int32_t>> list(std::string_view key) const {
    const MetadataValue *value = metadata.find(name(key));
    return value && value->type == ValueType::Array ? metadata.integers(name(key)) : std::nullopt;
  }
  std::optional<double> real(std::string_view key) const { return metadata.real(name(key)); }
  /// Of a key with a number or a flag; nothing for others.
  std::optional<double> number(std::string_view key) const {
    const MetadataValue *value = metadata.find(name(key));
    if (!value || value->type == ValueType::String || value->type == ValueType::Array)
      return std::nullopt;
    return value->type == ValueType::Bool ? double(*metadata.flag(name(key))) : metadata.real(name(key));
  }
  std::optional<std::string_view> text(std::string_view key) const { return metadata.text(name(key)); }
  bool flag(std::string_view key, bool otherwise) const { return metadata.flag(name(key)).value_or(otherwise); }

  void refuseUnknown(const std::set<std::string_view> &known, const importer::IgnoredFields &ignored) const {
    for (const auto &[key, value] : metadata.all())
      if (key.starts_with(prefix) && !known.contains(std::string_view(key).substr(prefix.size())) &&
          !ignored.ignores(key))
        importer::refuse(file.path(), keyPlace(key), importer::kUnknownField);
  }

private:
  const GgufFile &file;
  const Metadata &metadata;
  const std::string prefix;
};

} // namespace weebill::gguf

#endif // WEEBILL_COMPILER_IMPORT_GGUF_ARCHITECTUREKEYS_H
