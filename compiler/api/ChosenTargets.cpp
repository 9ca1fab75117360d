//===- ChosenTargets.cpp - Targets by name, with caches -------------------===//
//
// Tested by tests/unit/compiler/api/CompileOptionsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/ChosenTargets.h"

#include <algorithm>

namespace weebill::api {

std::vector<const targets::Target *> chosenTargets(const CompileOptions &options) {
  options.check();
  if (options.targets.front() == "native") {
    if (const targets::Target *native = targets::nativeTarget())
      return {native};
    throw importer::InputError(
        "this machine runs none of the targets: name one with --target, and see 'weebill targets'");
  }
  std::vector<const targets::Target *> chosen;
  for (const targets::Target &target : targets::targets())
    if (std::find(options.targets.begin(), options.targets.end(), target.name) != options.targets.end())
      chosen.push_back(&target);
  return chosen;
}

targets::Caches chosenCaches(const CompileOptions &options) {
  if (options.targets.front() == "native")
    if (const std::optional<targets::Caches> detected = targets::detectCaches())
      return *detected;
  return targets::cachesOf(*chosenTargets(options).front());
}

} // namespace weebill::api
