//===- RunProgram.h - Another program, to its end ----------------*- C++ -*-===//
//
// Tested by tests/unit/compiler/api/HostCompilerTest.cpp and tests/emitted/test_eval.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_API_RUNPROGRAM_H
#define WEEBILL_COMPILER_API_RUNPROGRAM_H

#include "compiler/api/Observer.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace weebill::api {

/// Runs a program to its end, or ends it and what it started when the observer says so; what it prints goes to the file
/// `output`. Its exit status, not 0 with a reason in `message` or without. Throws Cancelled.
int runProgram(const std::string &program, llvm::ArrayRef<llvm::StringRef> arguments, llvm::StringRef output,
               Observer &observer, std::string &message);

} // namespace weebill::api

#endif // WEEBILL_COMPILER_API_RUNPROGRAM_H
