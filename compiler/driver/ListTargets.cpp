//===- ListTargets.cpp - weebill targets ----------------------------------===//
//
// Tested by tests/lit/tools/weebill-targets.test.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/ListTargets.h"

#include "codegen/targets/Target.h"

#include <algorithm>

namespace weebill::driver {

namespace {

/// Caches have sizes in powers of two: "48 KiB", "2 MiB".
std::string cacheText(long bytes) {
  return bytes % (1 << 20) == 0 ? std::to_string(bytes >> 20) + " MiB" : std::to_string(bytes >> 10) + " KiB";
}

/// "16 lanes, 32 registers, caches 48 KiB and 2 MiB; avx2,fma,f16c".
std::string facts(const targets::Target &target) {
  std::string text = target.lanes == 1
                         ? "no vectors"
                         : std::to_string(target.lanes) + " lanes, " + std::to_string(target.registers) + " registers";
  text += ", caches " + cacheText(target.l1Bytes) + " and " + cacheText(target.l2Bytes);
  if (target.l3Bytes > 0)
    text += ", " + cacheText(target.l3Bytes) + " for " + std::to_string(target.l3SharedBy) + " threads";
  return target.features.empty() ? text : text + "; " + target.features;
}

} // namespace

void listTargets(const TargetsOptions &options, std::ostream &out) {
  const targets::Target *native = targets::nativeTarget();
  size_t width = 0;
  for (const targets::Target &target : targets::targets())
    width = std::max(width, target.name.size() + 2);
  for (const targets::Target &target : targets::targets()) {
    const bool here = targets::runsHere(target);
    if (options.runsHere && here)
      out << target.name << "\n";
    if (options.runsHere)
      continue;
    out << target.name << std::string(width - target.name.size(), ' ') << target.description
        << (&target == native ? " (native here)"
            : here            ? " (runs here)"
                              : "")
        << "\n"
        << std::string(width, ' ') << facts(target) << "\n";
  }
  if (!options.runsHere)
    out << "\nCaches are those of a core of a typical machine, and what its threads share beyond; for --target native, "
           "weebill\nlooks at this machine's.\n";
}

} // namespace weebill::driver
