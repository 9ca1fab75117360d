//===- ListPresets.h - weebill presets ---------------------------*- C++ -*-===//
//
// Tested by tests/lit/tools/weebill-presets.test.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_DRIVER_LISTPRESETS_H
#define WEEBILL_COMPILER_DRIVER_LISTPRESETS_H

#include <ostream>

namespace weebill::driver {

/// Prints the presets and their sizes, one a line.
void listPresets(std::ostream &out);

} // namespace weebill::driver

#endif // WEEBILL_COMPILER_DRIVER_LISTPRESETS_H
