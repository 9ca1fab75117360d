//===- CrossMachine.cpp - Another kind of CPU, emulated -------------------===//

#include "CrossMachine.h"

namespace weebill {

bool isOfThisKind(const Target &target) {
#if defined(__x86_64__)
  const std::string own = "__x86_64__";
#elif defined(__aarch64__)
  const std::string own = "__aarch64__";
#else
  const std::string own = "none";
#endif
  return target.guard.empty() || target.guard == own;
}

const CrossMachine *crossMachine(const Target &target) {
  static const CrossMachine machines[] = {
      {"__aarch64__",
       {"aarch64-linux-gnu-g++", "clang++-22 --target=aarch64-linux-gnu"},
       "qemu-aarch64-static -cpu max",
       "aarch64-linux-gnu-objdump"},
  };
  if (!isOfThisKind(target))
    for (const CrossMachine &machine : machines)
      if (machine.guard == target.guard)
        return &machine;
  return nullptr;
}

} // namespace weebill
