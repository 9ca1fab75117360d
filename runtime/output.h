//===- output.h - What is printed must arrive --------------------*- C++ -*-===//
//
// A disk may be full and a reader may go away: whoever prints in a loop asks here after each part, so that no work is
// done that nobody sees. Tested by tests/emitted/test_program.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/fail.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

/// Sends what was printed on its way. Fails if that, or anything printed before, cannot be written.
inline void check_output() {
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
    fail("cannot write to stdout: %s", std::strerror(errno));
}

/// The same for stderr, whose readers may go away, too.
inline void check_notes() {
  if (std::fflush(stderr) != 0 || std::ferror(stderr) != 0)
    fail("cannot write to stderr: %s", std::strerror(errno));
}
