//===- Progress.h - One line that tells what is going on ---------*- C++ -*-===//
//
// Only on a terminal: logs and pipes stay clean. The line is gone when the work is done. Tested by
// tests/unit/compiler/driver/ProgressTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_DRIVER_PROGRESS_H
#define WEEBILL_COMPILER_DRIVER_PROGRESS_H

#include <ostream>
#include <string>

namespace weebill::driver {

class Progress {
public:
  /// Steps are counted up to `steps`.
  Progress(std::ostream &out, bool terminal, int steps) : out(out), terminal(terminal), steps(steps) {}
  ~Progress() { finish(); }
  Progress(const Progress &) = delete;
  Progress &operator=(const Progress &) = delete;

  /// Begins the next step.
  void step(const std::string &what);

  /// Erases the line: what follows is printed in its place.
  void finish();

  /// How much of the step is done; drawn when the percentage changes.
  void done(double fraction);

private:
  void draw(const std::string &text);

  std::ostream &out;
  const bool terminal;
  const int steps;
  int current = 0, percent = -1;
  std::string name;
};

/// Whether standard error is a terminal.
bool errorsGoToTerminal();

} // namespace weebill::driver

#endif // WEEBILL_COMPILER_DRIVER_PROGRESS_H
