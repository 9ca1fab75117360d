//===- KernelSection.cpp - The kernels that an emitted file needs ---------===//

#include "codegen/emit/KernelSection.h"

#include "codegen/emit/MatrixFunctions.h"
#include "codegen/emit/Template.h"
#include "codegen/emit/UsedParts.h"
#include "codegen/emit/VectorSection.h"

#include <algorithm>

namespace weebill::emit {

/// The entry of what products of weights in groups stand on, of which a file needs some.
static constexpr const char *kGroups = "products of groups";

KernelSection::Entry &KernelSection::entry(const std::string &name) {
  auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry &e) { return e.name == name; });
  if (found != entries.end())
    return *found;
  entries.push_back({name, "", "", {}});
  return entries.back();
}

std::string KernelSection::add(const kernels::PrintedKernel &kernel, const std::string &role) {
  if (kernel.multipliesGroups)
    addText(kGroups, groupSection(target).body);
  Entry &e = entry(kernel.name);
  e.comment = kernel.comment;
  e.text = kernel.text;
  e.roles.insert(role);
  return kernel.name;
}

std::string KernelSection::addText(const std::string &name, const std::string &text) {
  Entry &e = entry(name);
  if (e.text.empty())
    e.text = text;
  return name;
}

std::string KernelSection::matrix(const MatrixFunction &function, const std::string &role) {
  if (function.chunk) { // what fills no tile goes through the function for one token
    MatrixFunction one = function;
    one.chunk = false;
    matrix(one, role);
  }
  MatrixKernels kernels = printMatrixKernels(function, target);
  add(kernels.wide, role);
  add(kernels.narrow, role);
  if (kernels.unit)
    add(*kernels.unit, role);
  auto [made, isNew] = matrices.try_emplace(function);
  if (isNew) {
    made->second = matrixFunctionName(function);
    entries.push_back(
        {made->second + (function.chunk ? ", chunk" : ""), "", printMatrixFunction(function, kernels, target), {}});
  }
  return made->second;
}

std::string KernelSection::textsBeside(const Entry &one) const {
  std::string result;
  for (const Entry &e : entries)
    if (e.name != one.name)
      result += e.text;
  return result;
}

std::string KernelSection::text() const {
  std::string result;
  for (const Entry &e : entries) {
    for (size_t at = 0; at < e.comment.size();) {
      size_t end = e.comment.find('\n', at);
      result += "// " + e.comment.substr(at, end - at) + "\n";
      at = end + 1;
    }
    if (!e.roles.empty()) {
      std::string roles;
      for (const std::string &role : e.roles)
        roles += (roles.empty() ? "" : ", ") + role;
      result += comment("  used by   " + roles);
    }
    result += (e.name == kGroups ? usedParts(e.text, textsBeside(e)) : e.text) + "\n";
  }
  return result;
}

std::vector<KernelNote> KernelSection::notes() const {
  std::vector<KernelNote> result;
  for (const Entry &e : entries)
    result.push_back({target.name, e.name, e.comment, e.roles, e.text});
  return result;
}

} // namespace weebill::emit
