//===- tiles.h - Who may use the tile registers of AMX -----------*- C++ -*-===//
//
// 8 KB that every switch of threads would have to save: Linux gives them to processes that ask, and those that do not
// use them should not. Of other systems nobody has asked. Tested by tests/unit/runtime/platform/CpuTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#if defined(__x86_64__) && defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace platform {

/// Asks for this process and all of its threads.
[[maybe_unused]] inline bool may_use_tiles() {
#if defined(__x86_64__) && defined(__linux__)
  constexpr long kAskForRegisters = 0x1023, kTileData = 18; // ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA
  return syscall(SYS_arch_prctl, kAskForRegisters, kTileData) == 0;
#else
  return false;
#endif
}

} // namespace platform
