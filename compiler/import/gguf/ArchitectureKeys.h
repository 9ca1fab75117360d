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

  int64_t required(std::string_view key) const {
    const std::optional<int64_t> value = metadata.integer(name(key));
    if (!value)
      refuseKey(key, "is missing");
    if (*value == 0)
      refuseKey(key, "is 0, at least 1 is needed");
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
