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

} // namespace weebill::emit
