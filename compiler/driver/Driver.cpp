//===- Driver.cpp - Runs a command and says how it ended ------------------===//
//
// Tested by tests/lit/tools.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Driver.h"

#include "codegen/targets/Target.h"
#include "compiler/driver/Build.h"
#include "compiler/driver/Inspect.h"
#include "compiler/driver/ListPresets.h"
#include "compiler/driver/Options.h"

#include <algorithm>

using namespace weebill;

namespace {

void runTargets(const TargetsOptions &options, std::ostream &out) {
  if (options.runsHere) {
    for (const Target &target : targets())
      if (runsHere(target))
        out << target.name << "\n";
    return;
  }
  const Target *native = nativeTarget();
  size_t width = 0;
  for (const Target &target : targets())
    width = std::max(width, target.name.size());
  for (const Target &target : targets())
    out << target.name << std::string(width + 2 - target.name.size(), ' ') << target.description
        << (&target == native  ? " (native here)"
            : runsHere(target) ? " (runs here)"
                               : "")
        << "\n";
}

struct RunCommand {
  std::ostream &out, &errors;

  void operator()(const PrintText &print) const { out << print.text; }
  void operator()(const BuildOptions &options) const { runBuild(options, out, errors); }
  void operator()(const InspectOptions &options) const { runInspect(options, out, errors); }
  void operator()(const PresetsOptions &) const { listPresets(out); }
  void operator()(const TargetsOptions &options) const { runTargets(options, out); }
};

} // namespace

int weebill::runWeebill(int argc, const char *const *argv, std::ostream &out, std::ostream &errors) {
  try {
    std::visit(RunCommand{out, errors}, parseCommandLine(argc, argv));
    if (!out.flush()) {
      errors << "weebill: cannot write the result\n";
      return kBadInput;
    }
    return kFine;
  } catch (const UsageError &error) {
    errors << "weebill: " << error.what() << "\n";
    return kBadUsage;
  } catch (const std::exception &error) { // InputError, OutputError, and what a kernel or the layout cannot serve
    errors << "weebill: " << error.what() << "\n";
    return kBadInput;
  }
}
