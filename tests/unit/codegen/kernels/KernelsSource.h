//===- KernelsSource.h - Printed kernels as a C++ file -----------*- C++ -*-===//
//
// Kernels stand in the text as in an emitted file: the target's instructions switched on inside the file, contraction
// off. And what tests do with such files: run compilers, read machine code.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_TESTS_KERNELSSOURCE_H
#define WEEBILL_TESTS_KERNELSSOURCE_H

#include "codegen/kernels/Kernel.h"
#include "codegen/targets/Target.h"

#include <string>
#include <vector>

namespace weebill::tests {

/// `more` is text inside the target's section, behind the kernels.
std::string kernelsSource(const targets::Target &target, const std::vector<kernels::PrintedKernel> &kernels,
                          const std::string &more);

/// A function `name` around a kernel, which prepares tile registers if it works on them: then it belongs into the
/// target's section. `linkage` stands before it.
std::string kernelFunction(const kernels::PrintedKernel &kernel, const std::string &name,
                           const std::string &linkage = "");

/// Functions over arrays of `n` elements (a multiple of 16) that call the vector section's own: exp_all, round_all,
/// to_half, from_half, min_all and max_all, with `prefix` before their names.
std::string vectorFunctions(const targets::Target &target, const std::string &prefix, const std::string &linkage = "");

/// What a command prints, and its status.
std::string shell(const std::string &command, int &status);

/// Whether the first word of a command is a program here.
bool isInstalled(const std::string &command);

/// Compiles a source of a folder to an object there, through ccache where it is installed: most runs compile what the
/// run before did. Weebill's own headers are found; `flags` end with a space. What the compiler says, and its status.
std::string compileObject(const std::string &compiler, const std::string &flags, const std::string &folder,
                          const std::string &source, const std::string &object, int &status);

/// The machine instructions of a function, global or in a namespace, one a line.
std::vector<std::string> functionInstructions(const std::string &objdump, const std::string &file,
                                              const std::string &name);

} // namespace weebill::tests

#endif // WEEBILL_TESTS_KERNELSSOURCE_H
