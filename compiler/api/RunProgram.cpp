//===- RunProgram.cpp - Another program, to its end -----------------------===//
//
// Tested by tests/unit/compiler/api/HostCompilerTest.cpp and tests/emitted/test_eval.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/RunProgram.h"

#include "llvm/Support/Program.h"

#include <chrono>
#include <csignal>
#include <optional>
#include <thread>

namespace weebill::api {

int runProgram(const std::string &program, llvm::ArrayRef<llvm::StringRef> arguments, llvm::StringRef output,
               Observer &observer, std::string &message) {
  const std::optional<llvm::StringRef> redirects[] = {llvm::StringRef(), output, output};
  bool failed = false;
  const llvm::sys::ProcessInfo process =
      llvm::sys::ExecuteNoWait(program, arguments, std::nullopt, redirects, 0, &message, &failed, nullptr,
                               /*DetachProcess=*/true); // a process group of its own, to be ended as one
  if (failed)
    return -1;
  for (;;) {
    const llvm::sys::ProcessInfo ended = llvm::sys::Wait(process, 0, &message, nullptr, /*Polling=*/true);
    if (ended.Pid != 0)
      return ended.ReturnCode;
    if (observer.cancelled()) {
      kill(-process.Pid, SIGTERM);
      llvm::sys::Wait(process, std::nullopt);
      throw Cancelled();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

} // namespace weebill::api
