//===- terminal.h - A terminal, key by key -----------------------*- C++ -*-===//
//
// What a line editor asks of a system. Where there is no termios, there is no such terminal, and lines are the system's
// own. Tested by tests/emitted/test_terminal.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"

#if !defined(_WIN32) && !defined(__wasi__)
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string_view>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#endif

namespace platform {

struct TerminalSize {
  i32 columns, rows;
};

/// Standard input and output, if a person is at both: while it is taken, keys come as they are typed, and are not
/// shown.
class Terminal {
public:
  Terminal() = default;
  Terminal(const Terminal &) = delete;
  Terminal &operator=(const Terminal &) = delete;
  ~Terminal() { give_back(); }

#if defined(_WIN32) || defined(__wasi__)
  bool is_there() const { return false; }
  bool take() { return false; }
  void give_back() {}
  u64 read(char *, u64) { return 0; }
  TerminalSize size() const { return {80, 24}; }
  void interrupt() {}
  void suspend() {}
#else
  /// Whether there is one that can move its cursor.
  bool is_there() const {
    const char *kind = std::getenv("TERM");
    return isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0 && kind != nullptr && *kind != '\0' &&
           std::string_view(kind) != "dumb";
  }

  bool take() {
    taken = taken || (tcgetattr(STDIN_FILENO, &before) == 0 && set(raw()));
    return taken;
  }

  void give_back() {
    if (taken)
      set(before);
    taken = false;
  }

  /// Waits for keys, and takes as many bytes as there are, `most` at most. 0: there will be no more.
  u64 read(char *bytes, u64 most) {
    ssize_t count;
    do
      count = ::read(STDIN_FILENO, bytes, most);
    while (count < 0 && errno == EINTR);
    return count > 0 ? static_cast<u64>(count) : 0;
  }

  TerminalSize size() const {
    winsize size{};
    const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0;
    return known ? TerminalSize{size.ws_col, size.ws_row} : TerminalSize{80, 24};
  }

  /// What Ctrl-C and Ctrl-Z do where a terminal is not taken.
  void interrupt() { send(SIGINT); }
  void suspend() { send(SIGTSTP); }

private:
  termios raw() const {
    termios changed = before;
    changed.c_iflag &= ~static_cast<tcflag_t>(ICRNL | INLCR | IGNCR | IXON);
    changed.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG | IEXTEN);
    changed.c_cc[VMIN] = 1;
    changed.c_cc[VTIME] = 0;
    return changed;
  }

  static bool set(const termios &settings) { return tcsetattr(STDIN_FILENO, TCSADRAIN, &settings) == 0; }

  void send(int signal) {
    give_back();
    std::raise(signal);
    take(); // if the program goes on
  }

  termios before{};
  bool taken = false;
#endif
};

} // namespace platform
