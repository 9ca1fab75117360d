//===- HostCompiler.h - The C++ compiler of this machine ---------*- C++ -*-===//
//
// Tested by tests/unit/compiler/driver/HostCompilerTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_DRIVER_HOSTCOMPILER_H
#define WEEBILL_COMPILER_DRIVER_HOSTCOMPILER_H

#include <optional>
#include <string>
#include <vector>

namespace weebill::driver {

/// Path of the compiler that the user named, or of the first of c++, g++, clang++. Throws InputError if the named one
/// does not exist; none at all is no error.
std::optional<std::string> findHostCompiler(const std::string &named);

/// compiler -std=c++20 -O2 options source -o binary. Throws InputError with the compiler's first error.
void compileProgram(const std::string &compiler, const std::string &source, const std::string &binary,
                    const std::vector<std::string> &options = {});

} // namespace weebill::driver

#endif // WEEBILL_COMPILER_DRIVER_HOSTCOMPILER_H
