//===- Inspect.h - weebill inspect -------------------------------*- C++ -*-===//
//
// Sizes of a model, what Weebill makes of them, and the speed that memory allows. Tested by
// tests/emitted/test_build_command.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_DRIVER_INSPECT_H
#define WEEBILL_COMPILER_DRIVER_INSPECT_H

#include "compiler/driver/Options.h"

#include <ostream>

namespace weebill::driver {

/// Throws InputError.
void runInspect(const InspectOptions &options, std::ostream &out, std::ostream &errors);

} // namespace weebill::driver

#endif // WEEBILL_COMPILER_DRIVER_INSPECT_H
