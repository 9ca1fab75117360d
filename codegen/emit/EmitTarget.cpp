//===- EmitTarget.cpp - Everything that depends on the instruction set ----===//
//
// Vectors, kernels and layers of one target, in a namespace of its own, with its instructions switched on inside the
// file: no flags are needed on the compiler's command line. Tested by tests/emitted/test_every_target.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/emit/Sections.h"
#include "codegen/emit/Template.h"
#include "codegen/emit/UsedParts.h"
#include "codegen/emit/VectorSection.h"

namespace weebill::emit {

std::string targetNamespace(const targets::Target &target) {
  std::string name = target.name;
  for (char &c : name)
    if (c == '-' || c == '.')
      c = '_';
  return name;
}

/// Switches the target's instructions on. Clang 18 to 21 have a name of their own for the width of 512 bits, and zig
/// leaves it off for every CPU but this machine's.
static std::string instructions(const targets::Target &target) {
  const bool wide = target.features.find("avx512") != target.features.npos;
  return fill(wide ? R"(#if defined(__clang__) && __clang_major__ >= 18 && __clang_major__ <= 21
#pragma clang attribute push(__attribute__((target("$features,evex512"))), apply_to = function)
#elif defined(__clang__)
)"
                   : "#if defined(__clang__)\n",
              {{"features", target.features}}) +
         fill(R"(#pragma clang attribute push(__attribute__((target("$features"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("$features")
#endif

)",
              {{"features", target.features}});
}

TargetText targetSection(const plan::ModelPlan &plan, const targets::Target &target) {
  KernelSection kernels(target);
  std::string layer = layerSection(plan, kernels); // asks for the kernels, which stand before it
  HeaderText vectors = vectorSection(target);
  Values values = {{"namespace", targetNamespace(target)}, {"guard", target.guard}};

  TargetText text;
  text.includes = vectors.includes;
  text.kernels = kernels.notes();
  text.body = ruler("vectors for " + target.name);
  if (!target.guard.empty())
    text.body += fill("#if defined($guard)\n", values);
  if (!target.features.empty())
    text.body += instructions(target);
  const std::string kernelTexts = kernels.text();
  text.body += fill("namespace $namespace {\n\n", values) + usedParts(vectors.body, kernelTexts + layer) + "\n";
  text.body += ruler("kernels for " + target.name) + kernelTexts;
  text.body += ruler("layer for " + target.name) + layer + fill("\n} // namespace $namespace\n\n", values);
  if (!target.features.empty())
    text.body += R"(#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
)";
  if (!target.guard.empty())
    text.body += fill("#endif // $guard\n", values);
  text.body += "\n";
  return text;
}

} // namespace weebill::emit
