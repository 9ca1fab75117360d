//===- HostCompiler.h - The C++ compiler of this machine ---------*- C++ -*-===//
//
// With Evaluate.h the part of compiler/api that runs processes and writes files. Tested by
// tests/unit/compiler/api/HostCompilerTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_API_HOSTCOMPILER_H
#define WEEBILL_COMPILER_API_HOSTCOMPILER_H

#include "compiler/api/CompiledModel.h"
#include "compiler/api/Devices.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace weebill::api {

struct HostCompiler {
  std::string path;
  std::vector<std::string> before = {}; // of its name, "ccache g++" or "zig c++": what follows its first word
  std::vector<std::string> flags = {};  // behind our own, which they may overrule
};

/// The compiler that the user named, with its first arguments if it is no path as a whole, or the first of c++, g++,
/// clang++. `flags` are words with blanks between them. Throws InputError if the named one does not exist; none at all
/// is no error.
std::optional<HostCompiler> findHostCompiler(const std::string &named, const std::string &flags = "");

/// `zig c++` for a triple, without symbols: a `zig` that is known or on the PATH, or else PyPI's package in the Python
/// there. None if there is neither.
std::optional<HostCompiler> findZig(const std::string &triple, const std::string &flags = "",
                                    const std::string &known = "");

/// The compiler of programs for a device, or with nullptr for `targets`: the named one, where "zig" gets the right
/// triple, or else the device's own or this machine's. What else is named makes programs for the device by itself.
/// Throws InputError if the named one or the device's does not exist; `zig`: its path, if that is known.
std::optional<HostCompiler> findCompilerFor(const Device *device, const std::vector<const targets::Target *> &targets,
                                            const std::string &named, const std::string &flags = "",
                                            const std::string &zig = "");

/// What a program is compiled from, under whatever names, and where it goes.
struct ProgramFiles {
  std::filesystem::path source, program;
  std::filesystem::path embeddedWeights; // empty: they stay in a file of their own
  bool library = false;                  // `program` is a shared library: the functions of NAME.h, without main
};

/// compiler -std=c++20 -O2 FLAGS source -o program. Throws InputError with the compiler's first error, and Cancelled
/// after ending the compiler.
void compileFiles(const HostCompiler &compiler, const ProgramFiles &files, Observer &observer);

/// Writes the program NAME into a folder that exists and, unless the options embed them, NAME.weights beside it: both
/// or none. The path of the program. Throws OutputError too.
std::filesystem::path compileProgram(const CompiledModel &model, const HostCompiler &compiler,
                                     const std::filesystem::path &folder, Observer &observer);

} // namespace weebill::api

#endif // WEEBILL_COMPILER_API_HOSTCOMPILER_H
