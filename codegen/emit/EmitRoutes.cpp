//===- EmitRoutes.cpp - The choice among several targets ------------------===//
//
// With one target the model calls its layers by name. With several there is a table of them, in order of preference,
// and the first that this CPU can run is taken at start. Tested by tests/emitted/test_forms.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/emit/Sections.h"
#include "codegen/emit/Template.h"

#include <algorithm>

namespace weebill::emit {

std::string targetNames(const std::vector<const targets::Target *> &targets) {
  std::string names;
  for (const targets::Target *target : targets)
    names += (names.empty() ? "" : ", ") + target->name;
  return names;
}

/// Refuses to be compiled for a kind of CPU that none of the targets is for.
static std::string kindOfCpu(const std::vector<const targets::Target *> &targets) {
  std::string none;
  for (const targets::Target *target : targets) {
    if (target->guard.empty())
      return "";
    if (none.find(target->guard) == std::string::npos)
      none += (none.empty() ? "!defined(" : " && !defined(") + target->guard + ")";
  }
  return fill(R"(#if $none
#error "this file was made for $names: compile it for that kind of CPU, or run weebill again with another --target"
#endif

)",
              {{"none", none}, {"names", targetNames(targets)}});
}

static std::string oneTarget(const targets::Target &target, Pasted &pasted) {
  return kindOfCpu({&target}) +
         fill(R"(// Whether this CPU has what the kernels need.
inline bool target_supported() {
  return $supported;
}

// The layers of the target in use.
namespace forward = $namespace;

)",
              {{"supported", supportedExpression(target)}, {"namespace", targetNamespace(target)}}) +
         pasted.paste("one_target.h");
}

/// Of all targets, those too that this file has no kernels for: runtime/slow_target.h tells who could have better.
static std::string bestTarget() {
  std::string text = "// The best of the targets that Weebill knows and this CPU runs.\n"
                     "inline const char *best_target() {\n",
              guard;
  for (const targets::Target &target : targets::targets()) {
    if (target.guard != guard)
      text += (guard.empty() ? "" : "#endif\n") + (target.guard.empty() ? "" : "#if defined(" + target.guard + ")\n");
    guard = target.guard;
    const std::string found = "return " + stringLiteral(target.name) + ";\n";
    text += target.cpuinfo.empty() ? "  " + found : "  if (" + targets::cpuExpression(target) + ")\n    " + found;
  }
  return wrapped(text) + "}\n\n";
}

std::string targetChoice(const std::vector<const targets::Target *> &targets, Pasted &pasted) {
  const bool inTiles =
      std::any_of(targets.begin(), targets.end(), [](const targets::Target *target) { return target->unitTokens > 0; });
  const std::string permission = inTiles ? pasted.paste("platform/tiles.h") : "";
  if (targets.size() == 1)
    return permission + oneTarget(*targets.front(), pasted) + bestTarget();
  std::string rows;
  for (const targets::Target *target : targets) {
    std::string row =
        fill("    {$quoted, [] { return $supported; }, $ns::decode::enter, $ns::decode::layer, $ns::prefill::enter, "
             "$ns::prefill::layer, $ns::leave},\n",
             {{"quoted", stringLiteral(target->name)},
              {"supported", supportedExpression(*target)},
              {"ns", targetNamespace(*target)}});
    rows += target->guard.empty() ? row : "#if defined(" + target->guard + ")\n" + row + "#endif\n";
  }
  return permission + kindOfCpu(targets) + pasted.paste("routes.h") +
         "// In order of preference.\nconstexpr Routes kRoutes[] = {\n" + wrapped(rows) +
         "};\nstd::span<const Routes> all_routes() { return kRoutes; }\n\n" + bestTarget();
}

} // namespace weebill::emit
