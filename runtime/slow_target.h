//===- slow_target.h - Kernels that are not the best there are ---*- C++ -*-===//
//
// A program that was made for an older kind of CPU, or for any, may be several times slower than it could be, and
// nothing else would show it. Needs target_name and best_target. Tested by tests/emitted/test_program.py and
// tests/emitted/test_toolchains.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/options.h"
#include "runtime/platform/platform.h"

#include <cstdio>
#include <cstring>

/// Who chose a target knows. Kernels without vectors are told of always, lesser ones where the speed is told as well.
inline void note_slow_target(const Options &options) {
  const char *taken = target_name(), *best = best_target();
  const bool generic = std::strcmp(taken, "generic") == 0;
  if (options.target != nullptr || (!generic && !options.verbose && !platform::is_terminal(platform::Stream::Error)))
    return;
  if (std::strcmp(taken, best) != 0)
    std::fprintf(stderr,
                 "%s: note: this CPU runs %s, the program was made for %s: weebill build --target %s makes a faster "
                 "one\n",
                 kName, best, kTarget, best);
  else if (generic && std::strcmp(kTarget, "generic") != 0)
    std::fprintf(stderr, "%s: note: this CPU is none of %s but the last: the kernels have no vectors and are slow\n",
                 kName, kTarget);
}
