//===- Driver.cpp - Runs a command and says how it ended ------------------===//
//
// Tested by tests/lit/tools/weebill-usage-errors.test.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Driver.h"

#include "compiler/driver/Build.h"
#include "compiler/driver/Inspect.h"
#include "compiler/driver/ListPresets.h"
#include "compiler/driver/ListTargets.h"
#include "compiler/driver/Options.h"

#include <algorithm>

namespace weebill::driver {

namespace {

struct RunCommand {
  std::ostream &out, &errors;

  void operator()(const PrintText &print) const { out << print.text; }
  void operator()(const BuildOptions &options) const { runBuild(options, out, errors); }
  void operator()(const InspectOptions &options) const { runInspect(options, out, errors); }
  void operator()(const PresetsOptions &) const { listPresets(out); }
  void operator()(const TargetsOptions &options) const { listTargets(options, out); }
};

} // namespace

int runWeebill(int argc, const char *const *argv, std::ostream &out, std::ostream &errors) {
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

} // namespace weebill::driver
