//===- CompiledKernels.cpp - Printed kernels, compiled and loaded ---------===//

#include "CompiledKernels.h"

#include <dlfcn.h>

#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace weebill {

namespace {

std::string output(const std::string &command, int &status) {
  FILE *pipe = popen((command + " 2>&1").c_str(), "r");
  std::string text;
  char buffer[4096];
  while (size_t n = fread(buffer, 1, sizeof buffer, pipe))
    text.append(buffer, n);
  status = pclose(pipe);
  return text;
}

bool isInstalled(const std::string &compiler) {
  int status = 0;
  output("command -v " + compiler, status);
  return status == 0;
}

/// A function with C linkage around a kernel.
std::string entry(const PrintedKernel &kernel) {
  std::string parameters, arguments;
  for (const KernelParameter &p : kernel.parameters) {
    parameters += (parameters.empty() ? "" : ", ") + p.type + p.name;
    arguments += (arguments.empty() ? "" : ", ") + p.name;
  }
  return "extern \"C\" void entry_" + kernel.name + "(" + parameters + ") { " + kernel.name + "(" + arguments +
         "); }\n";
}

std::string source(const Target &target, const std::vector<PrintedKernel> &kernels, const std::string &more) {
  std::ostringstream text;
  if (target.guard == "__x86_64__")
    text << "#include <immintrin.h>\n";
  text << "#include <bit>\n#include <cfloat>\n#include <cmath>\n#include <cstdint>\n#include <cstring>\n#include "
          "<cstddef>\n"
       << "#if defined(__clang__)\n#pragma clang fp contract(off)\n#else\n#pragma GCC "
          "optimize(\"fp-contract=off\")\n#endif\n"
       << "namespace {\n#include \"runtime/types.h\"\n";
  if (!target.features.empty())
    text << "#if defined(__clang__)\n#pragma clang attribute push(__attribute__((target(\"" << target.features
         << "\"))), apply_to = function)\n#else\n#pragma GCC push_options\n#pragma GCC target(\"" << target.features
         << "\")\n#endif\n";
  text << "#include \"codegen/emit/vectors/" << target.name << ".h\"\n";
  for (const PrintedKernel &kernel : kernels)
    text << kernel.text << "\n";
  text << "} // namespace\n" << more;
  if (!target.features.empty())
    text << "#if defined(__clang__)\n#pragma clang attribute pop\n#else\n#pragma GCC pop_options\n#endif\n";
  for (const PrintedKernel &kernel : kernels)
    text << entry(kernel);
  return text.str();
}

} // namespace

std::vector<Build> allBuilds() {
  std::vector<Build> builds;
  for (const char *compiler : {"g++", "clang++-22"})
    for (const Target &target : targets())
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
  if (!runsHere(target()))
    GTEST_SKIP() << "this machine cannot run " << target().name;
}

CompiledKernels::CompiledKernels(const Build &build, const std::vector<PrintedKernel> &kernels,
                                 const std::string &more) {
  std::string pattern = (std::filesystem::temp_directory_path() / "weebill-kernels-XXXXXX").string();
  if (!mkdtemp(pattern.data()))
    throw std::runtime_error("no temporary folder");
  folder = pattern;
  const std::string file = (folder / "kernels.cpp").string(), object = (folder / "kernels.so").string();
  std::ofstream(file) << source(*build.target, kernels, more);
  int status = 0;
  const std::string strict = build.target->guard.empty() ? "-pedantic-errors " : ""; // promises to be standard C++
  const std::string messages = output(build.compiler + " -std=c++20 -O2 -Wall -Wextra -Werror " + strict +
                                          "-shared -fPIC -I " WEEBILL_SOURCE_DIR " " + file + " -o " + object,
                                      status);
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
  int status = 0;
  std::istringstream listing(
      output("objdump --disassemble --demangle --no-show-raw-insn " + (folder / "kernels.so").string(), status));
  if (status != 0)
    throw std::runtime_error("objdump fails");
  std::vector<std::string> found;
  bool inside = false;
  for (std::string line; std::getline(listing, line);) {
    if (line.find(">:") != std::string::npos) // "0000000000001130 <(anonymous namespace)::rope_64(...)>:"
      inside = line.find("::" + name + "(") != std::string::npos;
    else if (inside && !line.empty())
      found.push_back(line);
  }
  return found;
}

} // namespace weebill
