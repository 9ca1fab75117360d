//===- CrossMachine.h - Another kind of CPU, emulated ------------*- C++ -*-===//
//
// Compilers that make programs for CPUs of another kind than this machine's, and the emulator that runs them.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_TESTS_CROSSMACHINE_H
#define WEEBILL_TESTS_CROSSMACHINE_H

#include "codegen/targets/Target.h"

#include <string>
#include <vector>

namespace weebill::tests {

struct CrossMachine {
  std::string guard;                  // macro of this kind of CPU, as in Target
  std::vector<std::string> compilers; // with the flags that choose the machine
  std::string emulator;               // runs a statically linked program
  std::string objdump;
};

/// The machine of such a target, nullptr if it is this machine's own kind or any.
const CrossMachine *crossMachine(const targets::Target &target);

} // namespace weebill::tests

#endif // WEEBILL_TESTS_CROSSMACHINE_H
