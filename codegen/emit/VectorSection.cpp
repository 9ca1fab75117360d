//===- VectorSection.cpp - A target's vector section ----------------------===//

#include "codegen/emit/VectorSection.h"

namespace weebill {

HeaderText vectorSection(const Target &target) {
  HeaderText section = runtimeHeader("vectors/portable.h");
  HeaderText own = runtimeHeader("vectors/" + target.name + ".h");
  section.includes.merge(own.includes);
  section.body += "\n" + own.body;
  return section;
}

} // namespace weebill
