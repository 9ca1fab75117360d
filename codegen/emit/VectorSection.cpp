//===- VectorSection.cpp - A target's vector section ----------------------===//

#include "codegen/emit/VectorSection.h"

namespace weebill {

HeaderText vectorSection(const Target &target) { return runtimeHeader("vectors/" + target.name + ".h"); }

} // namespace weebill
