//===- OutputFileTest.cpp -------------------------------------------------===//
//
// A file appears whole, under its name, or not at all.
//
//===----------------------------------------------------------------------===//

#include "codegen/weights/OutputFile.h"
#include "tests/unit/support/TemporaryFolder.h"

#include <csignal>
#include <gtest/gtest.h>
#include <sys/resource.h>

using namespace weebill::tests;
using namespace weebill::weights;

namespace {

TEST(OutputFileTest, AppearsWithCommit) {
  TemporaryFolder folder;
  OutputFile file(folder.path() / "a");
  file.write("0123456789");
  file.rewriteBeginning("ab", 2);
  EXPECT_FALSE(std::filesystem::exists(file.path()));
  file.commit();
  EXPECT_EQ(folder.read("a"), "ab23456789");
  EXPECT_EQ(folder.count(), 1);
}

TEST(OutputFileTest, ReplacesAnOlderFileOnlyWithCommit) {
  TemporaryFolder folder;
  folder.write("a", "old");
  {
    OutputFile abandoned(folder.path() / "a");
    abandoned.write("half of the n");
  }
  EXPECT_EQ(folder.read("a"), "old");
  EXPECT_EQ(folder.count(), 1);

  OutputFile file(folder.path() / "a");
  file.write("new");
  file.commit();
  EXPECT_EQ(folder.read("a"), "new");
}

TEST(OutputFileTest, NamesTheFileThatCannotBeOpened) {
  TemporaryFolder folder;
  try {
    OutputFile file(folder.path() / "missing" / "a");
    FAIL() << "opened a file in a folder that does not exist";
  } catch (const OutputError &error) {
    EXPECT_EQ(error.what(),
              "cannot open '" + (folder.path() / "missing" / "a").string() + "': No such file or directory");
  }
}

TEST(OutputFileTest, AFullDiskLeavesNothing) {
  TemporaryFolder folder;
  // A limit on file sizes fails writes as a full disk does.
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before, limit;
  getrlimit(RLIMIT_FSIZE, &before);
  limit = before;
  limit.rlim_cur = 1 << 16;
  setrlimit(RLIMIT_FSIZE, &limit);
  EXPECT_THROW(
      {
        OutputFile file(folder.path() / "large");
        for (int i = 0; i < 100; ++i)
          file.write(std::string(1000, 'x'));
        file.commit(); // buffered bytes may fail no earlier
      },
      OutputError);
  EXPECT_THROW(
      {
        OutputFile file(folder.path() / "buffered");
        file.write(std::string((1 << 16) + 1, 'x'));
        file.commit();
      },
      OutputError);
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(folder.count(), 0);
}

TEST(OutputFileTest, SeveralFilesAreReplacedTogether) {
  TemporaryFolder folder;
  folder.write("a", "old");
  OutputFile a(folder.path() / "a"), b(folder.path() / "b");
  a.write("new a");
  b.write("new b");
  OutputFile::commitTogether({&a, &b});
  EXPECT_EQ(folder.read("a"), "new a");
  EXPECT_EQ(folder.read("b"), "new b");
  EXPECT_EQ(folder.count(), 2);
}

TEST(OutputFileTest, IfTheLastCannotBeReplacedNoneIs) {
  TemporaryFolder folder;
  folder.write("a", "old");
  std::filesystem::create_directory(folder.path() / "c");
  {
    OutputFile a(folder.path() / "a"), b(folder.path() / "b"), c(folder.path() / "c"), d(folder.path() / "d");
    a.write("new a");
    b.write("new b");
    EXPECT_THROW(OutputFile::commitTogether({&a, &b, &c, &d}), OutputError);
  }
  EXPECT_EQ(folder.read("a"), "old");
  EXPECT_TRUE(std::filesystem::is_directory(folder.path() / "c"));
  EXPECT_EQ(folder.count(), 2); // no b, no d, and nothing temporary
}

} // namespace
