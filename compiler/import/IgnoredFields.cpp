//===- IgnoredFields.cpp - What the user says changes nothing -------------===//
//
// Tested by tests/unit/compiler/import/IgnoredFieldsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/IgnoredFields.h"

#include "compiler/import/Refuse.h"

namespace weebill::importer {

bool IgnoredFields::ignores(std::string_view name) const {
  const auto found = names.find(name);
  if (found != names.end())
    met.insert(*found);
  return found != names.end();
}

void IgnoredFields::tell(const std::string &path, ImportedModel &model) const {
  for (const std::string &name : names) {
    if (!met.contains(name))
      throw InputError(path + ": has no unknown field " + quoted(name) + " that --ignore-field could leave out");
    model.notes.push_back("the field " + quoted(name) +
                          " is left out, as --ignore-field asks: the numbers are wrong if it has a say in them");
  }
}

} // namespace weebill::importer
