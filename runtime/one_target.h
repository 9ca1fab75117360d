//===- one_target.h - A program for one instruction set ----------*- C++ -*-===//
//
// Its model calls the layers by name: namespace `forward` is the target's. routes.h is for programs with several. Needs
// kTarget. Tested by tests/emitted/test_program.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <cstring>

/// The target in use.
inline const char *target_name() { return kTarget; }

/// Takes the target of that name; false: there is none.
inline bool choose_target(const char *name) { return std::strcmp(name, kTarget) == 0; }
