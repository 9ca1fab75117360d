//===- ClosestName.h - What a misspelt name was meant to be ------*- C++ -*-===//
//
// Tested by tests/unit/compiler/import/ClosestNameTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_DESCRIPTION_CLOSESTNAME_H
#define WEEBILL_COMPILER_IMPORT_DESCRIPTION_CLOSESTNAME_H

#include <string>
#include <string_view>
#include <vector>

namespace weebill::description {

/// Of `names`, the one with the fewest letters to insert, delete or replace; empty if that is more than a third of the
/// letters of the name that was written.
std::string closestName(std::string_view written, const std::vector<std::string> &names);

/// "; did you mean 'NAME'?", or nothing.
std::string suggestion(std::string_view written, const std::vector<std::string> &names);

} // namespace weebill::description

#endif // WEEBILL_COMPILER_IMPORT_DESCRIPTION_CLOSESTNAME_H
