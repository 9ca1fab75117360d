//===- CrossMachine.cpp - Another kind of CPU, emulated -------------------===//

#include "CrossMachine.h"

namespace weebill::tests {

const CrossMachine *crossMachine(const targets::Target &target) {
  static const CrossMachine machines[] = {
      {"__aarch64__",
       {"aarch64-linux-gnu-g++", "clang++-22 --target=aarch64-linux-gnu"},
       "qemu-aarch64-static -cpu max",
       "aarch64-linux-gnu-objdump"},
  };
  if (!targets::compilesHere(target))
    for (const CrossMachine &machine : machines)
      if (machine.guard == target.guard)
        return &machine;
  return nullptr;
}

} // namespace weebill::tests
