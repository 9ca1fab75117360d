//===- IgnoredFields.h - What the user says changes nothing ------*- C++ -*-===//
//
// A field of config.json, or a key of a GGUF file, that is not known might change the numbers, so it is refused. The
// user may know better, and answers for it. Tested by tests/unit/compiler/import/IgnoredFieldsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_IGNOREDFIELDS_H
#define WEEBILL_COMPILER_IMPORT_IGNOREDFIELDS_H

#include "compiler/import/ImportedModel.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace weebill::importer {

/// Ends a complaint about an unknown field.
inline constexpr const char *kUnknownField =
    "is not known here and might change the numbers; --ignore-field NAME leaves it out";

class IgnoredFields {
public:
  IgnoredFields() = default;
  explicit IgnoredFields(const std::vector<std::string> &names) : names(names.begin(), names.end()) {}

  /// Whether an unknown field of that name may be there. Remembers that it was.
  bool ignores(std::string_view name) const;

  /// After all is read: a note for every field that was left out, and InputError for a name that is none of an unknown
  /// field.
  void tell(const std::string &path, ImportedModel &model) const;

private:
  std::set<std::string, std::less<>> names;
  mutable std::set<std::string, std::less<>> met;
};

} // namespace weebill::importer

#endif // WEEBILL_COMPILER_IMPORT_IGNOREDFIELDS_H
