//===- Driver.h - Runs a command and says how it ended -----------*- C++ -*-===//
//
// Tested by tests/lit/tools/weebill-usage-errors.test.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_DRIVER_DRIVER_H
#define WEEBILL_COMPILER_DRIVER_DRIVER_H

#include <ostream>

namespace weebill::driver {

enum ExitCode { kFine = 0, kBadInput = 1, kBadUsage = 2 };

/// The whole of `weebill`: results go to `out`, one sentence about what is wrong to `errors`.
int runWeebill(int argc, const char *const *argv, std::ostream &out, std::ostream &errors);

} // namespace weebill::driver

#endif // WEEBILL_COMPILER_DRIVER_DRIVER_H
