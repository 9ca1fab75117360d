//===- CompiledKernels.h - Printed kernels, compiled and loaded --*- C++ -*-===//
//
// Kernels are compiled as an emitted file compiles them: no -march, the target's instructions switched on inside the
// file, contraction off, warnings are errors. Every test runs with every compiler that is installed and every target
// for this kind of CPU; what is left out is reported as skipped. Other kinds of CPUs: CrossKernelsTest.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_TESTS_COMPILEDKERNELS_H
#define WEEBILL_TESTS_COMPILEDKERNELS_H

#include "codegen/kernels/Kernel.h"
#include "codegen/targets/Target.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace weebill::tests {

/// What the names of functions that tests call start with, for kernelFunction and vectorFunctions.
constexpr const char *kExported = "extern \"C\" ";

/// A compiler and a target.
struct Build {
  std::string compiler; // "g++"
  const targets::Target *target;
};

std::vector<Build> allBuilds();
std::string buildName(const testing::TestParamInfo<Build> &info);
void PrintTo(const Build &build, std::ostream *os);

/// The base of tests over all builds.
class KernelTest : public testing::TestWithParam<Build> {
protected:
  void SetUp() override;
  const targets::Target &target() const { return *GetParam().target; }
};

class CompiledKernels {
public:
  /// Throws std::runtime_error with the compiler's messages. `more` is text inside the target's section, behind the
  /// kernels.
  CompiledKernels(const Build &build, const std::vector<kernels::PrintedKernel> &kernels, const std::string &more = "");
  ~CompiledKernels();
  CompiledKernels(const CompiledKernels &) = delete;

  /// A kernel as a function pointer; f16 pointers are passed as pointers to u16.
  template <class Function> Function *function(const std::string &name) const {
    return reinterpret_cast<Function *>(symbol(name));
  }

  /// The machine instructions of a kernel, one a line.
  std::vector<std::string> instructions(const std::string &name) const;

private:
  void *symbol(const std::string &name) const;

  std::filesystem::path folder;
  void *library = nullptr;
};

} // namespace weebill::tests

#define INSTANTIATE_KERNEL_TESTS(suite)                                                                                \
  INSTANTIATE_TEST_SUITE_P(Builds, suite, testing::ValuesIn(allBuilds()), buildName)

#endif // WEEBILL_TESTS_COMPILEDKERNELS_H
