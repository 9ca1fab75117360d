//===- HostCompilerTest.cpp -----------------------------------------------===//
//
// A program is compiled and runs; a missing compiler and a broken program are told in one sentence.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/HostCompiler.h"
#include "compiler/api/Compile.h"
#include "tests/unit/support/TemporaryFolder.h"

#include <atomic>
#include <chrono>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

using namespace weebill::api;
using namespace weebill::importer;
using namespace weebill::tests;

namespace {

TEST(HostCompilerTest, CompilesAProgramWhateverItsFileIsCalled) {
  TemporaryFolder folder;
  folder.write("a.cpp.part", "#include <concepts>\nint main() { return std::same_as<int, int> ? 42 : 0; }\n");
  const std::string program = (folder.path() / "program").string();
  Observer silent;
  compileFiles(findHostCompiler("").value(), {folder.path() / "a.cpp.part", program, {}}, silent);
  EXPECT_EQ(WEXITSTATUS(std::system(program.c_str())), 42);
}

TEST(HostCompilerTest, ALibraryHasNoMain) {
  TemporaryFolder folder;
  folder.write("a.cpp", "extern \"C\" int answer() { return 42; }\n#ifndef WEEBILL_NO_MAIN\n#error main\n#endif\n");
  Observer silent;
  ProgramFiles files{folder.path() / "a.cpp", folder.path() / "a.so", {}};
  files.library = true;
  compileFiles(findHostCompiler("").value(), files, silent);
  void *library = dlopen(files.program.c_str(), RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(library, nullptr) << dlerror();
  EXPECT_EQ(reinterpret_cast<int (*)()>(dlsym(library, "answer"))(), 42);
  dlclose(library);
}

TEST(HostCompilerTest, TellsTheFirstError) {
  TemporaryFolder folder;
  folder.write("a.cpp", "#warning not this line\nint main() { return nothing; }\n");
  try {
    Observer silent;
    compileFiles(findHostCompiler("").value(), {folder.path() / "a.cpp", folder.path() / "a", {}}, silent);
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

/// Lets steps pass and then says stop.
struct StopWhenCompiling : Observer {
  std::atomic<int> asked = 0;
  bool cancelled() override { return ++asked > 3; }
};

TEST(HostCompilerTest, ACancelEndsTheCompiler) {
  TemporaryFolder folder;
  folder.write("compiler", "#!/bin/sh\nexec sleep 60\n");
  std::filesystem::permissions(folder.path() / "compiler", std::filesystem::perms::owner_all);
  folder.write("a.cpp", "");
  StopWhenCompiling observer;
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THROW(compileFiles(findHostCompiler((folder.path() / "compiler").string()).value(),
                            {folder.path() / "a.cpp", folder.path() / "a", {}}, observer),
               Cancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30)); // of the 60 that it would take
}

/// A compiler that makes a copy of what it is given: the test needs no minute of optimizing.
TEST(HostCompilerTest, AProgramOfAModelHasItsWeightsBesideIt) {
  TemporaryFolder folder;
  folder.write("small.json", R"({"layers":1,"model":64,"hidden":64,"heads":1,"vocabulary":64})");
  folder.write("compiler", "#!/bin/sh\nfor last; do :; done\ncp \"$5\" \"$last\"\n");
  std::filesystem::permissions(folder.path() / "compiler", std::filesystem::perms::owner_all);
  const HostCompiler compiler = findHostCompiler((folder.path() / "compiler").string()).value();
  CompileOptions options{.model = (folder.path() / "small.json").string(), .name = "bird", .targets = {"generic"}};
  Observer silent;
  const CompiledModel model = compile(options, silent);
  std::filesystem::create_directory(folder.path() / "out");
  EXPECT_EQ(compileProgram(model, compiler, folder.path() / "out", silent), folder.path() / "out" / "bird");
  EXPECT_EQ(folder.read("out/bird"), model.source());
  std::string weights;
  model.writeWeights([&](const void *data, size_t bytes) { weights.append(static_cast<const char *>(data), bytes); });
  EXPECT_EQ(folder.read("out/bird.weights"), weights);
  EXPECT_EQ(folder.read("out/bird.cpp"), ""); // it has done its work
}

} // namespace
