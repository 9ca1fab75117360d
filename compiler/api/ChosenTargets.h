//===- ChosenTargets.h - Targets by name, with caches ------------*- C++ -*-===//
//
// Tested by tests/unit/compiler/api/CompileOptionsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_API_CHOSENTARGETS_H
#define WEEBILL_COMPILER_API_CHOSENTARGETS_H

#include "codegen/targets/Caches.h"
#include "codegen/targets/Target.h"
#include "compiler/api/CompileOptions.h"

#include <string>
#include <vector>

namespace weebill::api {

/// The targets asked for, in the table's order: the most able first. Throws UsageError, and InputError where native is
/// none of them.
std::vector<const targets::Target *> chosenTargets(const CompileOptions &options);

/// What to tell of `native` where it is generic, and why; empty otherwise.
std::string slowTargetNote(const CompileOptions &options);

/// The caches that the program is likely to find: this machine's for native, otherwise those of the first target's
/// typical machine.
targets::Caches chosenCaches(const CompileOptions &options);

} // namespace weebill::api

#endif // WEEBILL_COMPILER_API_CHOSENTARGETS_H
