//===- ChosenTargets.cpp - Targets by name, with caches -------------------===//
//
// Tested by tests/unit/compiler/api/CompileOptionsTest.cpp and tests/emitted/test_other_targets.py.
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

std::string slowTargetNote(const CompileOptions &options) {
  if (options.targets.front() != "native" || chosenTargets(options).front()->name != "generic")
    return "";
  std::string note = "this machine's target is generic, whose kernels have no vectors and are slow";
  const targets::Target *least = nullptr; // of those that have vectors
  for (const targets::Target &target : targets::targets())
    if (target.name != "generic" && targets::compilesHere(target))
      least = &target;
  if (!least)
    return note;
  const char *separator = " the CPU lacks ";
  note += ": for " + least->name;
  for (const std::string &instructions : targets::missingHere(*least)) {
    note += separator + instructions;
    separator = ", ";
  }
  return note;
}

targets::Caches chosenCaches(const CompileOptions &options) {
  if (options.targets.front() == "native")
    if (const std::optional<targets::Caches> detected = targets::detectCaches())
      return *detected;
  return targets::cachesOf(*chosenTargets(options).front());
}

} // namespace weebill::api
