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
  progress.progress(421, 1000);
  progress.progress(429, 1000); // the same percentage: not drawn again
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

TEST(ProgressTest, NotesAreKeptAndNotDrawn) {
  std::ostringstream out;
  Progress progress(out, true, 1);
  progress.note("one");
  progress.note("two");
  EXPECT_EQ(out.str(), "");
  EXPECT_EQ(progress.notes(), (std::vector<std::string>{"one", "two"}));
}

} // namespace
