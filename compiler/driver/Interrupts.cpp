//===- Interrupts.cpp - Signals that end a command ------------------------===//
//
// Tested by tests/emitted/test_build_command.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Interrupts.h"

namespace weebill::driver {

static volatile std::sig_atomic_t arrivedSignal = 0;

Interrupts::Interrupts() {
  arrivedSignal = 0;
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction old;
    if (sigaction(signal, nullptr, &old) != 0 || old.sa_handler == SIG_IGN)
      continue;
    struct sigaction ours = {};
    ours.sa_handler = [](int number) { arrivedSignal = number; };
    ours.sa_flags = SA_RESTART | int(SA_RESETHAND); // the second one ends the process
    sigemptyset(&ours.sa_mask);
    if (sigaction(signal, &ours, nullptr) == 0)
      before.push_back({signal, old});
  }
}

Interrupts::~Interrupts() {
  for (const Before &each : before)
    sigaction(each.signal, &each.action, nullptr);
}

int Interrupts::arrived() { return arrivedSignal; }

} // namespace weebill::driver
