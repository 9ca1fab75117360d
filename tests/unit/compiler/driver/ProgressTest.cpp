//===- ProgressTest.cpp ---------------------------------------------------===//
//
// What a terminal is sent, and that nothing else is sent anything.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Progress.h"

#include <gtest/gtest.h>
#include <sstream>

using namespace weebill::driver;

namespace {

void work(Progress &progress) {
  progress.step("read");
  progress.step("weights");
  progress.done(0.421);
  progress.done(0.429); // the same percentage: not drawn again
}

TEST(ProgressTest, OneLineOnATerminal) {
  std::ostringstream out;
  {
    Progress progress(out, true, 3);
    work(progress);
  }
  EXPECT_EQ(out.str(), "\r\033[K[1/3] read\r\033[K[2/3] weights\r\033[K[2/3] weights 42 %\r\033[K");
}

TEST(ProgressTest, NothingElsewhere) {
  std::ostringstream out;
  {
    Progress progress(out, false, 3);
    work(progress);
  }
  EXPECT_EQ(out.str(), "");
}

TEST(ProgressTest, FinishErasesOnce) {
  std::ostringstream out;
  {
    Progress progress(out, true, 1);
    progress.step("read");
    progress.finish();
    out << "result";
  }
  EXPECT_EQ(out.str(), "\r\033[K[1/1] read\r\033[Kresult");
}

} // namespace
