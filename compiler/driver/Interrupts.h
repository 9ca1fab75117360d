//===- Interrupts.h - Signals that end a command -----------------*- C++ -*-===//
//
// SIGINT, SIGTERM and SIGHUP are wishes to stop: work that looks for them unwinds, which removes its files and ends the
// compiler that it runs. Who ignored a signal before (nohup, a job in the background) goes on ignoring it. A second
// signal ends the process at once. Tested by tests/emitted/test_build_command.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_DRIVER_INTERRUPTS_H
#define WEEBILL_COMPILER_DRIVER_INTERRUPTS_H

#include <csignal>
#include <vector>

namespace weebill::driver {

class Interrupts {
public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts &) = delete;
  Interrupts &operator=(const Interrupts &) = delete;

  /// The signal that came, or 0.
  static int arrived();

private:
  struct Before {
    int signal;
    struct sigaction action;
  };
  std::vector<Before> before;
};

} // namespace weebill::driver

#endif // WEEBILL_COMPILER_DRIVER_INTERRUPTS_H
