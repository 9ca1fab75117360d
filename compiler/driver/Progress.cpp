//===- Progress.cpp - One line that tells what is going on ----------------===//
//
// Tested by tests/unit/compiler/driver/ProgressTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Progress.h"

#include <unistd.h>
#include <utility>

namespace weebill::driver {

void Progress::finish() {
  if (std::exchange(current, 0) > 0)
    draw("");
}

void Progress::step(const std::string &what) {
  ++current;
  percent = -1;
  name = what;
  draw("[" + std::to_string(current) + "/" + std::to_string(steps) + "] " + name);
}

void Progress::done(double fraction) {
  const int now = int(100 * fraction);
  if (now == percent)
    return;
  percent = now;
  draw("[" + std::to_string(current) + "/" + std::to_string(steps) + "] " + name + " " + std::to_string(percent) +
       " %");
}

void Progress::draw(const std::string &text) {
  if (terminal)
    out << "\r\033[K" << text << std::flush; // back to the line's start, the old text erased
}

bool errorsGoToTerminal() { return isatty(STDERR_FILENO); }

} // namespace weebill::driver
