//===- VectorSection.cpp - A target's vector section ----------------------===//

#include "codegen/emit/VectorSection.h"

namespace weebill::emit {

/// A header behind those that it needs and that are not there yet, each behind what it needs itself. portable.h is not
/// among them: it stands once in a file, before the targets.
static HeaderText withNeeded(const HeaderText &header, std::set<std::string> &there) {
  HeaderText section;
  section.includes = header.includes;
  for (const std::string &name : header.own)
    if (name != "portable.h" && there.insert(name).second) {
      const HeaderText needed = withNeeded(runtimeHeader("vectors/" + name), there);
      section.includes.insert(needed.includes.begin(), needed.includes.end());
      section.body += needed.body + "\n";
    }
  section.body += header.body;
  return section;
}

HeaderText vectorSection(const targets::Target &target) {
  std::set<std::string> there;
  return withNeeded(runtimeHeader("vectors/" + target.name + ".h"), there);
}

HeaderText groupSection(const targets::Target &target) {
  // Targets for ARM differ in dot4 alone, which their vector section has.
  const bool arm = target.guard == "__aarch64__";
  const HeaderText own = runtimeHeader("vectors/groups_" + (arm ? "neon" : target.name) + ".h");
  std::set<std::string> there = {"lanes.h"};
  return withNeeded(own, there);
}

} // namespace weebill::emit
