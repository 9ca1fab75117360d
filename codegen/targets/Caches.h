//===- Caches.h - Sizes of a machine's caches --------------------*- C++ -*-===//
//
// From the target's row, or from the machine that the compiler runs on. Tested by
// tests/unit/codegen/targets/CachesTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_TARGETS_CACHES_H
#define WEEBILL_CODEGEN_TARGETS_CACHES_H

#include "codegen/targets/Target.h"

#include <optional>
#include <string>

namespace weebill::targets {

struct CacheLevel {
  long bytes = 0;   // 0: there is none
  int sharedBy = 1; // hardware threads that use it together
};

struct Caches {
  CacheLevel l1, l2, l3;
  bool detected = false; // on this machine
};

/// Those of a typical machine of the target.
Caches cachesOf(const Target &target);

/// Those of the first CPU of this machine, as Linux lists them in `folder`; nothing if it does not.
std::optional<Caches> detectCaches(const std::string &folder = "/sys/devices/system/cpu/cpu0/cache");

} // namespace weebill::targets

#endif // WEEBILL_CODEGEN_TARGETS_CACHES_H
