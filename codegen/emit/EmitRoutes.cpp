//===- EmitRoutes.cpp - The choice among several targets ------------------===//
//
// With one target the model calls its layers by name. With several there is a table of them, in order of preference,
// and the first that this CPU can run is taken at start. Tested by tests/emitted/test_forms.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/emit/Sections.h"
#include "codegen/emit/Template.h"

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

static RouteNames oneTarget(const targets::Target &target) {
  RouteNames names;
  std::string prefix = targetNamespace(target) + "::";
  names.decodeEnter = prefix + "decode::enter";
  names.decodeLayer = prefix + "decode::layer";
  names.prefillEnter = prefix + "prefill::enter";
  names.prefillLayer = prefix + "prefill::layer";
  names.leave = prefix + "leave";
  std::string test = fill(R"(// Whether this CPU has what the kernels need.
inline bool target_supported() {
  return $supported;
}
)",
                          {{"supported", target.supported}});
  names.section = kindOfCpu({&target}) + test + "\n";
  names.section += fill(R"(// The target in use.
inline const char *target_name() { return $name; }

// Takes the target of that name; false: there is none.
inline bool choose_target(const char *name) { return std::strcmp(name, target_name()) == 0; }

)",
                        {{"name", stringLiteral(target.name)}});
  return names;
}

RouteNames routeNames(const std::vector<const targets::Target *> &targets) {
  if (targets.size() == 1)
    return oneTarget(*targets.front());
  RouteNames names;
  names.decodeEnter = "routes->decode_enter";
  names.decodeLayer = "routes->decode_layer";
  names.prefillEnter = "routes->prefill_enter";
  names.prefillLayer = "routes->prefill_layer";
  names.leave = "routes->leave";
  std::string rows;
  for (const targets::Target *target : targets) {
    std::string row = fill(
        R"(    {$quoted, [] { return bool($supported); }, $ns::decode::enter, $ns::decode::layer, $ns::prefill::enter,
     $ns::prefill::layer, $ns::leave},
)",
        {{"quoted", stringLiteral(target->name)}, {"supported", target->supported}, {"ns", targetNamespace(*target)}});
    rows += target->guard.empty() ? row : "#if defined(" + target->guard + ")\n" + row + "#endif\n";
  }
  names.section = kindOfCpu(targets) + fill(R"(// The same functions for each instruction set.
struct Routes {
  const char *name;
  bool (*supported)();
  void (*decode_enter)(const Weights &, const i32 *, State &, Worker &);
  void (*decode_layer)(const Weights &, const BlockWeights &, const Cache &, i32, State &, Worker &);
  void (*prefill_enter)(const Weights &, const i32 *, i32, State &, Worker &);
  void (*prefill_layer)(const Weights &, const BlockWeights &, const Cache &, i32, i32, State &, Worker &);
  void (*leave)(const Weights &, i32, State &, Worker &);
};

// In order of preference.
constexpr Routes kRoutes[] = {
$rows};

// The first that this CPU can run, or nullptr.
inline const Routes *find_routes() {
  for (const Routes &each : kRoutes)
    if (each.supported())
      return &each;
  return nullptr;
}

inline const Routes *routes = find_routes(); // changed by --target alone, before anything runs

inline bool target_supported() { return routes != nullptr; }

// The target in use.
inline const char *target_name() { return routes->name; }

// Takes the target of that name; false: there is none, or this CPU cannot run it.
inline bool choose_target(const char *name) {
  for (const Routes &each : kRoutes)
    if (std::strcmp(name, each.name) == 0 && each.supported()) {
      routes = &each;
      return true;
    }
  return false;
}

)",
                                            {{"rows", rows}});
  return names;
}

} // namespace weebill::emit
