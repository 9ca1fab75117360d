//===- ListTargets.h - weebill targets ---------------------------*- C++ -*-===//
//
// Tested by tests/lit/tools/weebill-targets.test.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_DRIVER_LISTTARGETS_H
#define WEEBILL_COMPILER_DRIVER_LISTTARGETS_H

#include "compiler/driver/Options.h"

#include <ostream>

namespace weebill::driver {

/// Prints the table of targets, or the names of those that run here.
void listTargets(const TargetsOptions &options, std::ostream &out);

} // namespace weebill::driver

#endif // WEEBILL_COMPILER_DRIVER_LISTTARGETS_H
