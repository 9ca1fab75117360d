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

int exitCodeOf(const std::function<void()> &command, const std::string &commandLine, std::ostream &errors) {
  const auto end = [&](ExitCode code, const std::string &sentence) {
    errors << "weebill: " << sentence << "\n";
    return int(code);
  };
  const auto fault = [&](const std::string &what) {
    return end(kInternal, "this is a fault of Weebill, not of the model: " + oneLine(what) +
                              "; please report it with the version, " + api::kWeebillVersion +
                              ", and the command line, " + commandLine);
  };
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
    return end(kBadInput, "there is not enough memory for what was asked for");
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
