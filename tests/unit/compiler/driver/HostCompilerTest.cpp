//===- HostCompilerTest.cpp -----------------------------------------------===//
//
// A program is compiled and runs; a missing compiler and a broken program are told in one sentence.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/HostCompiler.h"
#include "compiler/import/ImportedModel.h"
#include "tests/unit/support/TemporaryFolder.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

using namespace weebill::driver;
using namespace weebill::importer;
using namespace weebill::tests;

namespace {

TEST(HostCompilerTest, CompilesAProgramWhateverItsFileIsCalled) {
  TemporaryFolder folder;
  folder.write("a.cpp.part", "#include <concepts>\nint main() { return std::same_as<int, int> ? 42 : 0; }\n");
  const std::string program = (folder.path() / "program").string();
  compileProgram(findHostCompiler("").value(), (folder.path() / "a.cpp.part").string(), program);
  EXPECT_EQ(WEXITSTATUS(std::system(program.c_str())), 42);
}

TEST(HostCompilerTest, TellsTheFirstError) {
  TemporaryFolder folder;
  folder.write("a.cpp", "#warning not this line\nint main() { return nothing; }\n");
  try {
    compileProgram(findHostCompiler("").value(), (folder.path() / "a.cpp").string(), (folder.path() / "a").string());
    FAIL() << "a program that is none was compiled";
  } catch (const InputError &error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("could not compile the program: "), std::string::npos) << text;
    EXPECT_NE(text.find("nothing"), std::string::npos) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
  }
  EXPECT_EQ(folder.count(), 1);
}

TEST(HostCompilerTest, NamesTheMissingCompiler) {
  try {
    findHostCompiler("no-such-compiler");
    FAIL();
  } catch (const InputError &error) {
    EXPECT_STREQ(error.what(), "there is no C++ compiler 'no-such-compiler' here");
  }
}

} // namespace
