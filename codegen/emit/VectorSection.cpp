//===- VectorSection.cpp - A target's vector section ----------------------===//

#include "codegen/emit/VectorSection.h"

namespace weebill::emit {

/// The headers that `header` needs and that are not there yet, each after what it needs itself. portable.h is not among
/// them: it stands once in a file, before the targets.
static void addNeeded(const HeaderText &header, HeaderText &section, std::set<std::string> &there) {
  section.includes.insert(header.includes.begin(), header.includes.end());
  for (const std::string &name : header.own)
    if (name != "portable.h" && there.insert(name).second) {
      const HeaderText needed = runtimeHeader("vectors/" + name);
      addNeeded(needed, section, there);
      section.body += needed.body + "\n";
    }
}

HeaderText vectorSection(const targets::Target &target) {
  const HeaderText own = runtimeHeader("vectors/" + target.name + ".h");
  HeaderText section;
  std::set<std::string> there;
  addNeeded(own, section, there);
  section.body += own.body;
  return section;
}

HeaderText groupSection(const targets::Target &target) {
  // Targets for ARM differ in dot4 alone, which their vector section has.
  const bool arm = target.guard == "__aarch64__";
  HeaderText section = runtimeHeader("vectors/groups_" + (arm ? "neon" : target.name) + ".h");
  section.body = runtimeHeader("vectors/kept_codes.h").body + "\n" + section.body;
  return section;
}

} // namespace weebill::emit
