//===- VectorSection.cpp - A target's vector section ----------------------===//

#include "codegen/emit/VectorSection.h"

namespace weebill::emit {

HeaderText vectorSection(const targets::Target &target) {
  HeaderText section = runtimeHeader("vectors/" + target.name + ".h");
  std::string shared; // by some targets, as neon.h
  for (const std::string &name : section.own)
    if (name != "portable.h") {
      HeaderText header = runtimeHeader("vectors/" + name);
      section.includes.insert(header.includes.begin(), header.includes.end());
      shared += header.body + "\n";
    }
  section.body = shared + section.body;
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
