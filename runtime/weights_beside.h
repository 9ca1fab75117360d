//===- weights_beside.h - Weights in a file of their own ---------*- C++ -*-===//
//
// weights_inside.h is for weights in the binary. Tested by tests/emitted/test_program_weights.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"

/// The content of weights inside the binary: there are none.
inline const u8 *embedded_weights() { return nullptr; }
