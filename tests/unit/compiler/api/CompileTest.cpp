//===- CompileTest.cpp ----------------------------------------------------===//
//
// The compiler as a function: no file is touched, two calls give the same bytes, and so do two threads, whatever the
// other one compiles.
//
//===----------------------------------------------------------------------===//

#include "codegen/weights/OutputFile.h"
#include "tests/unit/compiler/api/SmallCompile.h"
#include "tests/unit/support/TemporaryFolder.h"

#include <csignal>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <thread>

using namespace weebill;
using namespace weebill::api;
using namespace weebill::tests;

namespace {

const CompileOptions kGeneric = {.targets = {"generic"}};

CompiledModel compileSmall(const char *description, const CompileOptions &options = kGeneric) {
  Observer silent;
  return compile(smallModel(description), options, silent);
}

/// Nothing can be written to any file while this lives, and the folders where something might be are empty ones.
class NoFiles {
public:
  NoFiles() : before(std::filesystem::current_path()) {
    std::filesystem::current_path(here.path());
    setenv("TMPDIR", temporary.path().c_str(), 1);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &limit);
    const rlimit none = {0, limit.rlim_max};
    setrlimit(RLIMIT_FSIZE, &none);
  }
  ~NoFiles() {
    setrlimit(RLIMIT_FSIZE, &limit);
    signal(SIGXFSZ, SIG_DFL);
    unsetenv("TMPDIR");
    std::filesystem::current_path(before);
  }
  int count() const { return here.count() + temporary.count(); }

private:
  TemporaryFolder here, temporary;
  std::filesystem::path before;
  rlimit limit;
};

TEST(CompileTest, AModelBecomesStringsAndNoFileIsTouched) {
  Texts texts;
  int files = -1;
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  {
    const NoFiles noFiles;
    texts = textsOf(compileSmall(kTied));
    files = noFiles.count();
  }
  EXPECT_EQ(testing::internal::GetCapturedStdout() + testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(files, 0);
  EXPECT_NE(texts.source.find("int main(int argc"), std::string::npos);
  EXPECT_NE(texts.header.find("#define SMALL_WEIGHTS_FILE_BYTES"), std::string::npos);
  EXPECT_NE(texts.report.find("<html"), std::string::npos);
  EXPECT_EQ(texts.weights.substr(0, 7), "WEEBILL");
}

TEST(CompileTest, WeightsAreTheSameWhetherTheHashWasKnownOrNot) {
  const Texts texts = textsOf(compileSmall(kTied)); // in order, so that the hash came first
  TemporaryFolder folder;
  Observer silent;
  const CompiledModel model = compileSmall(kTied);
  weights::OutputFile file(folder.path() / "weights");
  model.writeWeights(file, silent); // comes back to the beginning
  file.commit();
  EXPECT_TRUE(folder.read("weights") == texts.weights);
  EXPECT_EQ(int64_t(texts.weights.size()), model.layout().fileBytes);
  EXPECT_TRUE(model.source() == texts.source);
}

/// Counts how often the tensors are packed.
struct CountSteps : Observer {
  std::vector<std::string> steps;
  int64_t done = 0, of = 0;
  void step(std::string_view what) override { steps.emplace_back(what); }
  void progress(int64_t now, int64_t all) override {
    EXPECT_GT(now, 0);
    done = now;
    of = all;
  }
};

TEST(CompileTest, WhoWritesTheWeightsFirstPacksOnce) {
  TemporaryFolder folder;
  CountSteps observer;
  const CompiledModel model = compile(smallModel(kTied), kGeneric, observer);
  weights::OutputFile file(folder.path() / "weights");
  model.writeWeights(file, observer);
  model.source(observer);
  model.header(observer);
  model.report(observer);
  EXPECT_EQ(observer.steps, (std::vector<std::string>{"plan", "weights"}));
  EXPECT_EQ(observer.done, observer.of);
  EXPECT_EQ(observer.of, model.layout().contentBytes);
}

TEST(CompileTest, TwiceInOneProcess) {
  const CompileOptions options = {.targets = {"x86-64-v3", "generic"}};
  const Texts first = textsOf(compileSmall(kTied, options));
  EXPECT_FALSE(textsOf(compileSmall(kUntied, options)) == first);
  const Texts second = textsOf(compileSmall(kTied, options));
  EXPECT_TRUE(first.source == second.source);
  EXPECT_TRUE(first.header == second.header);
  EXPECT_TRUE(first.report == second.report);
  EXPECT_TRUE(first.weights == second.weights);
}

TEST(CompileTest, FromTwoThreadsAtOnce) {
  const Texts tied = textsOf(compileSmall(kTied)), untied = textsOf(compileSmall(kUntied));
  Texts results[4];
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, i] { results[i] = textsOf(compileSmall(i % 2 ? kUntied : kTied)); });
  for (std::thread &thread : threads)
    thread.join();
  for (int i = 0; i < 4; ++i)
    EXPECT_TRUE(results[i] == (i % 2 ? untied : tied)) << i;
}

TEST(CompileTest, OneModelFromTwoThreads) {
  const CompiledModel model = compileSmall(kTied);
  Texts results[2];
  std::thread other([&] { results[1] = textsOf(model); });
  results[0] = textsOf(model);
  other.join();
  EXPECT_TRUE(results[0] == results[1]);
}

TEST(CompileTest, OptionsDecide) {
  const CompiledModel model =
      compileSmall(kTied, {.name = "bird", .weights = WeightFormat::F16, .context = 64, .targets = {"generic"}});
  EXPECT_EQ(model.options().activations, Activations::F32);
  EXPECT_EQ(model.plan().name, "bird");
  EXPECT_EQ(model.plan().sizes.context, 64);
  EXPECT_EQ(model.targets().size(), 1u);
  EXPECT_GT(model.layout().fileBytes,
            compileSmall(kTied, {.rotation = Rotation::None, .context = 64, .targets = {"generic"}})
                .layout()
                .fileBytes); // two bytes against one
}

TEST(CompileTest, SizesAreThoseOfTheModel) {
  // kUntied without biases: 1 block, 96 wide, 3 heads of 32, 64 hidden, 64 tokens, a head of its own.
  const ModelSizes sizes =
      compileSmall(R"({"layers":1,"model":96,"hidden":64,"heads":3,"vocabulary":64,"tied_embeddings":false})").sizes();
  EXPECT_EQ(sizes.parameters, 2 * 64 * 96 + 4 * 96 * 96 + 3 * 64 * 96 + 3 * 96);
  EXPECT_EQ(sizes.cacheBytesPerToken, 2 * 96 * 2);
}

struct KeepNotes : Observer {
  std::vector<std::string> notes;
  void note(std::string_view text) override { notes.emplace_back(text); }
};

TEST(CompileTest, NotesTellWhatTheProgramLacks) {
  importer::ImportedModel model = smallModel(kTied);
  model.chatProblem = "the template uses 'x'";
  KeepNotes observer;
  compile(model, kGeneric, observer);
  EXPECT_EQ(observer.notes, std::vector<std::string>{"the program has no --chat: the template uses 'x'"});
}

TEST(CompileTest, NotesTellOfAStreamThatIsNotRotated) {
  const auto notesOf = [](const std::string &norms, CompileOptions options) {
    KeepNotes observer;
    const std::string shape = R"({"layers":1,"model":64,"hidden":96,"heads":2,"vocabulary":80,"norms":")";
    const CompiledModel compiled = compile(smallModel(shape + norms + "\"}"), options, observer);
    EXPECT_EQ(compiled.model().notes, observer.notes); // which inspect prints
    return observer.notes;
  };
  CompileOptions floats = kGeneric, asItIs = kGeneric;
  floats.weights = WeightFormat::F32;
  asItIs.rotation = Rotation::None;
  EXPECT_EQ(notesOf("after", kGeneric),
            std::vector<std::string>{"the residual stream is rounded to int8 without a rotation: its blocks norm what "
                                     "they add to it, and no matrix comes behind those gains"});
  EXPECT_TRUE(notesOf("before", kGeneric).empty());
  EXPECT_TRUE(notesOf("after", floats).empty());
  EXPECT_TRUE(notesOf("after", asItIs).empty()); // asked for
}

TEST(CompileTest, APresetIsReadByName) {
  KeepNotes observer;
  const CompiledModel model = compile({.model = "mobilellm-125m", .targets = {"generic"}}, observer);
  EXPECT_EQ(model.plan().sizes.blocks, 30);
  EXPECT_EQ(observer.notes, std::vector<std::string>{"the weights are random, from seed 0: for measuring, the "
                                                     "program's tokens mean nothing"});
}

TEST(CompileTest, ErrorsNameTheFile) {
  Observer silent;
  try {
    compile(smallModel(R"({"layers":1,"model":16,"hidden":66016,"heads":1,"vocabulary":40})"), kGeneric, silent);
    FAIL();
  } catch (const importer::InputError &error) {
    EXPECT_TRUE(
        std::string(error.what()).starts_with("'small.json': 'lm.linear_residual' op has no kernel for 66016 columns"))
        << error.what();
  }
  EXPECT_THROW(compile({.model = "no-such-model", .targets = {"generic"}}, silent), importer::InputError);
  EXPECT_THROW(compile({.model = "no-such-model", .targets = {"pdp11"}}, silent), UsageError); // before it is read
}

} // namespace
