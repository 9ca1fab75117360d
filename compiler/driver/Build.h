//===- Build.h - weebill build -----------------------------------*- C++ -*-===//
//
// A model file becomes NAME.cpp, NAME.weights, NAME.report.html and, with a C++ compiler, the program NAME. Tested by
// tests/lit/tools/weebill-input-errors.test and tests/emitted/test_build_command.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_DRIVER_BUILD_H
#define WEEBILL_COMPILER_DRIVER_BUILD_H

#include "compiler/driver/Options.h"

#include <ostream>

namespace weebill::driver {

/// Writes the files and says on `out` which; all appear at the end, or none. Throws InputError, OutputError.
void runBuild(const BuildOptions &options, std::ostream &out, std::ostream &errors);

} // namespace weebill::driver

#endif // WEEBILL_COMPILER_DRIVER_BUILD_H
