//===- Progress.h - One line that tells what is going on ---------*- C++ -*-===//
//
// Only on a terminal: logs and pipes stay clean. The line is gone when the work is done. Tested by
// tests/unit/compiler/driver/ProgressTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_DRIVER_PROGRESS_H
#define WEEBILL_COMPILER_DRIVER_PROGRESS_H

#include "compiler/api/CompileOptions.h"
#include "compiler/api/Observer.h"
#include "compiler/driver/Interrupts.h"

#include <ostream>
#include <string>
#include <vector>

namespace weebill::driver {

/// Steps that api::compile tells of.
inline int stepsOf(const api::CompileOptions &options) { return options.calibration.empty() ? 2 : 3; }

/// Draws what the compiler tells, and keeps its notes until they can be printed.
class Progress : public api::Observer {
public:
  /// Steps are counted up to `steps`.
  Progress(std::ostream &out, bool terminal, int steps) : out(out), terminal(terminal), steps(steps) {}
  ~Progress() override { finish(); }
  Progress(const Progress &) = delete;
  Progress &operator=(const Progress &) = delete;

  /// Begins the next step.
  void step(std::string_view what) override;

  /// Erases the line: what follows is printed in its place.
  void finish();

  /// How much of the step is done; drawn when the percentage changes.
  void progress(int64_t done, int64_t of) override;

  /// Whether a signal came that ends the command.
  bool cancelled() override { return Interrupts::arrived() != 0; }

  void note(std::string_view text) override { kept.emplace_back(text); }
  const std::vector<std::string> &notes() const { return kept; }

private:
  void draw(const std::string &text);

  std::ostream &out;
  const bool terminal;
  const int steps;
  int current = 0, percent = -1;
  std::string name;
  std::vector<std::string> kept;
};

/// Whether standard error is a terminal.
bool errorsGoToTerminal();

} // namespace weebill::driver

#endif // WEEBILL_COMPILER_DRIVER_PROGRESS_H
