//===- ExitCodesTest.cpp --------------------------------------------------===//
//
// What a command throws, as a user and a shell meet it.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/ExitCodes.h"
#include "codegen/emit/Template.h"
#include "codegen/weights/OutputFile.h"
#include "compiler/api/CompileOptions.h"
#include "compiler/api/Observer.h"
#include "compiler/api/Version.h"
#include "compiler/driver/Driver.h"

#include "llvm/Support/ErrorHandling.h"

#include <gtest/gtest.h>
#include <iostream>
#include <sstream>
#include <system_error>

using namespace weebill;
using namespace weebill::driver;

namespace {

struct Ended {
  int code;
  std::string text;
};

Ended end(const std::function<void()> &command) {
  std::ostringstream errors;
  const int code = exitCodeOf(command, "weebill build a.gguf -o out", errors);
  return {code, errors.str()};
}

template <class Error> Ended endWith(const Error &error) {
  return end([&] { throw error; });
}

TEST(ExitCodesTest, FineSaysNothing) {
  const Ended ended = end([] {});
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.text, "");
}

TEST(ExitCodesTest, InputUsageAndOutput) {
  EXPECT_EQ(endWith(importer::InputError("a.gguf: bad")).code, 1);
  EXPECT_EQ(endWith(importer::InputError("a.gguf: bad")).text, "weebill: a.gguf: bad\n");
  EXPECT_EQ(endWith(weights::OutputError("cannot write 'a'")).code, 1);
  EXPECT_EQ(endWith(weights::OutputError("cannot write 'a'")).text, "weebill: cannot write 'a'\n");
  EXPECT_EQ(endWith(api::UsageError("--x")).code, 2);
  EXPECT_EQ(endWith(api::UsageError("--x")).text, "weebill: --x\n");
  EXPECT_EQ(endWith(api::Cancelled()).code, 1);
  EXPECT_EQ(endWith(api::Cancelled()).text, "weebill: cancelled, nothing was made\n");
}

TEST(ExitCodesTest, TheMachineIsNotWeebill) {
  EXPECT_EQ(endWith(std::bad_alloc()).code, 1);
  EXPECT_EQ(endWith(std::bad_alloc()).text, "weebill: there is not enough memory for what was asked for\n");
  EXPECT_EQ(endWith(std::system_error(EAGAIN, std::generic_category(), "thread")).code, 1);
}

/// A hole in a template of the emitted file: what a mistake in codegen/emit throws.
TEST(ExitCodesTest, AFaultOfWeebillAsksForAReport) {
  const Ended ended = end([] { emit::fill("$name", {}); });
  EXPECT_EQ(ended.code, 70);
  EXPECT_EQ(ended.text, std::string("weebill: this is a fault of Weebill, not of the model: emitted text has no value "
                                    "for $name; please report it with the version, ") +
                            api::kWeebillVersion + ", and the command line, weebill build a.gguf -o out\n");
}

/// LLVM has no exceptions: it ends the process itself.
TEST(ExitCodesDeathTest, AFaultThatLlvmReportsAsksForAReportToo) {
  const auto command = [](const std::function<void()> &work) { exitCodeOf(work, "weebill build a.gguf", std::cerr); };
  EXPECT_EXIT(
      command([] { llvm::report_fatal_error("no\nsuch pass"); }), testing::ExitedWithCode(70),
      "^weebill: this is a fault of Weebill, not of the model: no such pass; please report it with the version, "
      ".*, and the command line, weebill build a.gguf\n$");
  EXPECT_EXIT(command([] { llvm::report_bad_alloc_error("a vector"); }), testing::ExitedWithCode(1),
              "^weebill: there is not enough memory for what was asked for\n$");
  command([] {}); // and once more, when the handlers were given back
  EXPECT_EXIT(command([] { llvm::report_fatal_error("x"); }), testing::ExitedWithCode(70), "please report it");
}

TEST(ExitCodesTest, EverythingElseIsAFaultInOneLine) {
  for (const Ended &ended :
       {endWith(std::invalid_argument("a kernel\nin two lines\n")), endWith(std::length_error("x")),
        endWith(std::runtime_error("x")), endWith(std::logic_error("x")), endWith(42)}) {
    EXPECT_EQ(ended.code, 70);
    EXPECT_EQ(ended.text.find('\n'), ended.text.size() - 1) << ended.text;
    EXPECT_NE(ended.text.find("please report it"), std::string::npos) << ended.text;
  }
}

TEST(ExitCodesTest, AnOutputThatIsFullIsTold) {
  const char *arguments[] = {"weebill", "--version"};
  std::ostringstream errors;
  std::ostream full(nullptr); // takes nothing
  EXPECT_EQ(runWeebill(2, arguments, full, errors), 1);
  EXPECT_EQ(errors.str(), "weebill: cannot write the result\n");
}

} // namespace
