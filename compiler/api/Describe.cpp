//===- Describe.cpp - Models that are only described ----------------------===//
//
// Tested by tests/unit/compiler/api/DescribeTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/Describe.h"

#include "compiler/import/description/ReadDescription.h"

namespace weebill::api {

importer::ImportedModel describedModel(const std::string &path, std::string_view text) {
  return description::importDescription(description::parseDescription(path, text), path);
}

int64_t parametersOf(const importer::Architecture &architecture) { return description::countParameters(architecture); }

} // namespace weebill::api
