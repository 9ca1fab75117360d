//===- ExitCodes.cpp - How a command ended --------------------------------===//
//
// Tested by tests/unit/compiler/driver/ExitCodesTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/ExitCodes.h"

#include "codegen/weights/OutputFile.h"
#include "compiler/api/CompileOptions.h"
#include "compiler/api/Observer.h"
#include "compiler/api/Version.h"

#include "llvm/Support/ErrorHandling.h"

#include <cstdlib>
#include <new>
#include <system_error>

namespace weebill::driver {

/// Errors of other libraries may have lines; a complaint has one.
static std::string oneLine(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
    text.pop_back();
  for (char &c : text)
    if (c == '\n')
      c = ' ';
  return text;
}

static constexpr const char *kNoMemory = "there is not enough memory for what was asked for";

namespace {

/// LLVM reports what it cannot go on with to a handler, and ends the process where that returns: it is not built for
/// exceptions. As long as this lives, the process ends there with a sentence and an exit code of ours.
class LlvmErrors {
public:
  LlvmErrors(std::function<int(const std::string &)> fault, std::function<int()> noMemory)
      : fault(std::move(fault)), noMemory(std::move(noMemory)) {
    llvm::install_fatal_error_handler(
        [](void *self, const char *reason, bool) { end(static_cast<LlvmErrors *>(self)->fault(reason)); }, this);
    llvm::install_bad_alloc_error_handler(
        [](void *self, const char *, bool) { end(static_cast<LlvmErrors *>(self)->noMemory()); }, this);
  }
  ~LlvmErrors() {
    llvm::remove_fatal_error_handler();
    llvm::remove_bad_alloc_error_handler();
  }
  LlvmErrors(const LlvmErrors &) = delete;
  LlvmErrors &operator=(const LlvmErrors &) = delete;

private:
  /// Without destructors: other threads may be in the middle of what they would take away.
  [[noreturn]] static void end(int code) { std::_Exit(code); }

  const std::function<int(const std::string &)> fault;
  const std::function<int()> noMemory;
};

} // namespace

int exitCodeOf(const std::function<void()> &command, const std::string &commandLine, std::ostream &errors) {
  const auto end = [&](ExitCode code, const std::string &sentence) {
    errors << "weebill: " << sentence << std::endl; // nobody flushes it where LLVM has ended the command
    return int(code);
  };
  const auto fault = [&](const std::string &what) {
    return end(kInternal, "this is a fault of Weebill, not of the model: " + oneLine(what) +
                              "; please report it with the version, " + api::kWeebillVersion +
                              ", and the command line, " + commandLine);
  };
  const LlvmErrors llvmErrors(fault, [&] { return end(kBadInput, kNoMemory); });
  try {
    command();
    return kFine;
  } catch (const api::UsageError &error) {
    return end(kBadUsage, error.what());
  } catch (const importer::InputError &error) {
    return end(kBadInput, error.what());
  } catch (const weights::OutputError &error) {
    return end(kBadInput, error.what());
  } catch (const api::Cancelled &) {
    return end(kBadInput, "cancelled, nothing was made");
  } catch (const std::bad_alloc &) {
    return end(kBadInput, kNoMemory);
  } catch (
      const std::system_error &error) { // no thread, no folder: the machine's answer, of which the model is innocent
    return end(kBadInput, "the system refuses: " + oneLine(error.what()));
  } catch (const std::exception &error) {
    return fault(error.what());
  } catch (...) {
    return fault("something was thrown that is no exception");
  }
}

} // namespace weebill::driver
