//===- CompiledKernels.cpp - Printed kernels, compiled and loaded ---------===//

#include "CompiledKernels.h"

#include "KernelsSource.h"

#include <dlfcn.h>

#include <cctype>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace weebill::tests {

std::vector<Build> allBuilds() {
  std::vector<Build> builds;
  for (const char *compiler : {"g++", "clang++-22"})
    for (const targets::Target &target : targets::targets())
      if (targets::compilesHere(target))
        builds.push_back({compiler, &target});
  return builds;
}

std::string buildName(const testing::TestParamInfo<Build> &info) {
  std::string name = info.param.compiler + "_" + info.param.target->name;
  for (char &c : name)
    if (!std::isalnum(static_cast<unsigned char>(c)))
      c = c == '+' ? 'x' : '_';
  return name;
}

void PrintTo(const Build &build, std::ostream *os) { *os << build.compiler << " " << build.target->name; }

void KernelTest::SetUp() {
  if (!isInstalled(GetParam().compiler))
    GTEST_SKIP() << GetParam().compiler << " is not installed";
  if (!targets::runsHere(target()))
    GTEST_SKIP() << "this machine cannot run " << target().name;
}

CompiledKernels::CompiledKernels(const Build &build, const std::vector<kernels::PrintedKernel> &kernels,
                                 const std::string &more) {
  std::string pattern = (std::filesystem::temp_directory_path() / "weebill-kernels-XXXXXX").string();
  if (!mkdtemp(pattern.data()))
    throw std::runtime_error("no temporary folder");
  folder = pattern;
  const std::string file = (folder / "kernels.cpp").string(), object = (folder / "kernels.so").string();
  std::string inside, entries; // outside the target's section: kernels stay functions, to be found in the machine code
  for (const kernels::PrintedKernel &kernel : kernels)
    (kernel.tileColumns > 0 ? inside : entries) += kernelFunction(kernel, "entry_" + kernel.name, kExported);
  std::ofstream(file) << kernelsSource(*build.target, kernels, more + inside) + entries;
  int status = 0;
  const std::string strict = build.target->guard.empty() ? "-pedantic-errors " : ""; // promises to be standard C++
  std::string messages = compileObject(build.compiler, strict + "-fPIC ", folder, "kernels.cpp", "kernels.o", status);
  if (status == 0)
    messages = shell(build.compiler + " -shared " + (folder / "kernels.o").string() + " -o " + object, status);
  if (status == 0)
    library = dlopen(object.c_str(), RTLD_NOW);
  if (!library) {
    std::filesystem::remove_all(folder);
    throw std::runtime_error(build.compiler + " refuses the kernels:\n" + messages);
  }
}

CompiledKernels::~CompiledKernels() {
  dlclose(library);
  std::filesystem::remove_all(folder);
}

void *CompiledKernels::symbol(const std::string &name) const {
  void *found = dlsym(library, ("entry_" + name).c_str());
  if (!found)
    throw std::runtime_error("there is no kernel " + name);
  return found;
}

std::vector<std::string> CompiledKernels::instructions(const std::string &name) const {
  return functionInstructions("objdump", (folder / "kernels.so").string(), name);
}

} // namespace weebill::tests
