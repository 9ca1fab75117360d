//===- ExitCodes.h - How a command ended -------------------------*- C++ -*-===//
//
// Bad input, bad usage and a broken Weebill are told apart. Tested by tests/unit/compiler/driver/ExitCodesTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_DRIVER_EXITCODES_H
#define WEEBILL_COMPILER_DRIVER_EXITCODES_H

#include <functional>
#include <ostream>
#include <string>

namespace weebill::driver {

/// kInternal is EX_SOFTWARE of sysexits.h: nobody takes it for a complaint about the input.
enum ExitCode { kFine = 0, kBadInput = 1, kBadUsage = 2, kInternal = 70 };

/// Runs a command and turns what it throws into one sentence on `errors` and an exit code. `commandLine` is what a
/// report of a fault of Weebill should hold.
int exitCodeOf(const std::function<void()> &command, const std::string &commandLine, std::ostream &errors);

} // namespace weebill::driver

#endif // WEEBILL_COMPILER_DRIVER_EXITCODES_H
