//===- Driver.cpp - Runs a command and says how it ended ------------------===//
//
// Tested by tests/lit/tools/weebill-usage-errors.test.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Driver.h"

#include "codegen/weights/OutputFile.h"
#include "compiler/driver/Build.h"
#include "compiler/driver/Eval.h"
#include "compiler/driver/ExitCodes.h"
#include "compiler/driver/Inspect.h"
#include "compiler/driver/Interrupts.h"
#include "compiler/driver/ListDevices.h"
#include "compiler/driver/ListPresets.h"
#include "compiler/driver/ListTargets.h"
#include "compiler/driver/Options.h"

namespace weebill::driver {

namespace {

struct RunCommand {
  std::ostream &out, &errors;

  void operator()(const PrintText &print) const { out << print.text; }
  void operator()(const BuildOptions &options) const { runBuild(options, out, errors); }
  void operator()(const InspectOptions &options) const { runInspect(options, out, errors); }
  void operator()(const EvalOptions &options) const { runEval(options, out, errors); }
  void operator()(const PresetsOptions &) const { listPresets(out); }
  void operator()(const DevicesOptions &) const { listDevices(out); }
  void operator()(const TargetsOptions &options) const { listTargets(options, out); }
};

/// As a shell would take it: words with anything else than the usual in quotes.
std::string commandLineText(int argc, const char *const *argv) {
  const std::string plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/=,+:@%";
  std::string text;
  for (int i = 0; i < argc; ++i) {
    const std::string word = argv[i];
    const bool quoted = word.empty() || word.find_first_not_of(plain) != std::string::npos;
    text += i ? " " : "";
    if (!quoted) {
      text += word;
      continue;
    }
    text += "'";
    for (char c : word)
      text += c == '\'' ? "'\\''" : c == '\n' ? " " : std::string(1, c);
    text += "'";
  }
  return text;
}

} // namespace

int runWeebill(int argc, const char *const *argv, std::ostream &out, std::ostream &errors) {
  const auto command = [&] {
    std::visit(RunCommand{out, errors}, parseCommandLine(argc, argv));
    if (!out.flush())
      throw weights::OutputError("cannot write the result");
  };
  int exitCode = kFine;
  {
    const Interrupts interrupts;
    exitCode = exitCodeOf(command, commandLineText(argc, argv), errors);
  }
  if (exitCode != kFine && Interrupts::arrived() != 0)
    std::raise(Interrupts::arrived()); // a shell that runs us sees what ended us
  return exitCode;
}

} // namespace weebill::driver
