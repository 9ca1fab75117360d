//===- KernelsSource.cpp - Printed kernels as a C++ file ------------------===//

#include "KernelsSource.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <sstream>
#include <stdexcept>

namespace weebill::tests {

std::string kernelsSource(const targets::Target &target, const std::vector<kernels::PrintedKernel> &kernels,
                          const std::string &more) {
  std::ostringstream text;
  if (target.guard == "__x86_64__")
    text << "#include <immintrin.h>\n";
  if (target.guard == "__aarch64__")
    text << "#include <arm_neon.h>\n#include <sys/auxv.h>\n";
  for (const char *name : {"algorithm", "bit", "cfloat", "cmath", "cstddef", "cstdint", "cstring", "utility", "vector"})
    text << "#include <" << name << ">\n";
  text << "#if defined(__clang__)\n#pragma clang fp contract(off)\n#else\n#pragma GCC optimize(\"fp-contract=off\")\n"
          "#endif\nnamespace {\n#include \"runtime/types.h\"\n";
  if (!target.features.empty())
    text << "#if defined(__clang__)\n#pragma clang attribute push(__attribute__((target(\"" << target.features
         << "\"))), apply_to = function)\n#else\n#pragma GCC push_options\n#pragma GCC target(\"" << target.features
         << "\")\n#endif\n";
  text << "#include \"codegen/emit/vectors/" << target.name << ".h\"\n";
  if (std::ranges::any_of(kernels, &kernels::PrintedKernel::multipliesGroups))
    text << "#include \"codegen/emit/vectors/groups_" << (target.guard == "__aarch64__" ? "neon" : target.name)
         << ".h\"\n";
  for (const kernels::PrintedKernel &kernel : kernels)
    text << kernel.text << "\n";
  text << "} // namespace\n" << more;
  if (!target.features.empty())
    text << "#if defined(__clang__)\n#pragma clang attribute pop\n#else\n#pragma GCC pop_options\n#endif\n";
  return text.str();
}

std::string kernelFunction(const kernels::PrintedKernel &kernel, const std::string &name, const std::string &linkage) {
  std::string parameters, arguments;
  for (const kernels::KernelParameter &p : kernel.parameters) {
    parameters += (parameters.empty() ? "" : ", ") + p.type + p.name;
    arguments += (arguments.empty() ? "" : ", ") + p.name;
  }
  std::string before;
  if (kernel.tileColumns > 0)
    before = "const TileRegisters<" + std::to_string(kernel.tileColumns) + "> registers; ";
  return linkage + "void " + name + "(" + parameters + ") { " + before + kernel.name + "(" + arguments + "); }\n";
}

std::string vectorFunctions(const targets::Target &target, const std::string &prefix, const std::string &linkage) {
  const std::string lanes = std::to_string(target.lanes);
  const bool vectors = target.lanes > 1;
  auto loop = [&](const std::string &name, const std::string &from, const std::string &to, const std::string &value) {
    return linkage + "void " + prefix + name + "(const " + from + " *x, " + to + " *y, i32 n) {\n  for (i32 i = 0; " +
           "i < n; i += " + lanes + ")\n    " + (vectors ? "store(y + i, " + value + ")" : "y[i] = " + value) +
           ";\n}\n";
  };
  auto type = [&](const std::string &element) { return vectors ? element + "x" + lanes : element; };
  auto at = [&](const std::string &array, const std::string &element) {
    return vectors ? "load<" + type(element) + ">(" + array + " + i)" : array + "[i]";
  };
  const std::string x = at("x", "f32"), y = at("y", "f32");
  return loop("exp_all", "f32", "f32", "exp(" + x + ")") + loop("round_all", "f32", "f32", "round_even(" + x + ")") +
         loop("to_half", "f32", "f16", "convert<" + type("f16") + ">(" + x + ")") +
         loop("from_half", "f16", "f32", "convert<" + type("f32") + ">(" + at("x", "f16") + ")") +
         loop("min_all", "f32", "f32", "min(" + x + ", " + y + ")") +
         loop("max_all", "f32", "f32", "max(" + x + ", " + y + ")");
}

std::string shell(const std::string &command, int &status) {
  FILE *pipe = popen((command + " 2>&1").c_str(), "r");
  std::string text;
  char buffer[4096];
  while (size_t n = fread(buffer, 1, sizeof buffer, pipe))
    text.append(buffer, n);
  status = pclose(pipe);
  return text;
}

bool isInstalled(const std::string &command) {
  int status = 0;
  shell("command -v " + command.substr(0, command.find(' ')), status);
  return status == 0;
}

std::string compileObject(const std::string &compiler, const std::string &flags, const std::string &folder,
                          const std::string &source, const std::string &object, int &status) {
  // By the link all paths are the same in every folder, whichever this one and Weebill's are.
  const std::string weebill = folder + "/weebill";
  if (!std::filesystem::exists(weebill))
    std::filesystem::create_directory_symlink(WEEBILL_SOURCE_DIR, weebill);
  static const std::string cached = isInstalled("ccache") ? "ccache " : "";
  return shell("cd " + folder + " && " + cached + compiler + " -std=c++20 -O2 -Wall -Wextra -Werror " + flags +
                   "-I . -I weebill -c " + source + " -o " + object,
               status);
}

std::vector<std::string> functionInstructions(const std::string &objdump, const std::string &file,
                                              const std::string &name) {
  int status = 0;
  std::istringstream listing(shell(objdump + " --disassemble --demangle --no-show-raw-insn " + file, status));
  if (status != 0)
    throw std::runtime_error(objdump + " fails");
  std::vector<std::string> found;
  bool inside = false;
  for (std::string line; std::getline(listing, line);) {
    if (line.find(">:") != std::string::npos) // "0000000000001130 <(anonymous namespace)::rope_64(...)>:"
      inside = line.find("::" + name + "(") != std::string::npos || line.find("<" + name + "(") != std::string::npos;
    else if (inside && !line.empty())
      found.push_back(line);
  }
  return found;
}

} // namespace weebill::tests
