//===- CancelTest.cpp -----------------------------------------------------===//
//
// A cancel ends each of the long loops, wherever in it the observer says so, and what comes after is as if it had never
// been.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/EqualTensors.h"
#include "compiler/api/ObservedTensors.h"
#include "tests/unit/compiler/api/SmallCompile.h"
#include "tests/unit/compiler/import/GgufBuilder.h"

#include <atomic>
#include <gtest/gtest.h>

using namespace weebill;
using namespace weebill::api;
using namespace weebill::tests;

namespace {

/// Says stop when it was asked so often.
struct StopAfter : Observer {
  explicit StopAfter(int questions) : left(questions) {}
  std::atomic<int> left;
  std::atomic<int> askedAfterwards = 0;
  bool cancelled() override {
    if (left-- > 0)
      return false;
    ++askedAfterwards;
    return true;
  }
};

struct CountQuestions : Observer {
  std::atomic<int> questions = 0;
  bool cancelled() override { return ++questions, false; }
};

const CompileOptions kGeneric = {.targets = {"generic"}};

TEST(CancelTest, EveryQuestionOfCompilingCanEndIt) {
  CountQuestions count;
  compile(smallModel(kTied), kGeneric, count);
  ASSERT_GT(count.questions, 10); // equal tensors are looked for tensor by tensor
  for (int questions = 0; questions < count.questions; ++questions) {
    StopAfter observer(questions);
    EXPECT_THROW(compile(smallModel(kTied), kGeneric, observer), Cancelled) << questions;
    EXPECT_EQ(observer.askedAfterwards, 1) << questions; // it ends at once
  }
}

TEST(CancelTest, EveryQuestionOfReadingAFileCanEndIt) {
  const ScratchFile file(smallLlama().bytes());
  CompileOptions options = kGeneric;
  options.model = file.path;
  struct Count : Observer {
    int questions = 0, whenRead = 0;
    void step(std::string_view what) override { whenRead = what == "plan" ? questions : whenRead; }
    bool cancelled() override { return ++questions, false; }
  } count;
  try {
    compile(options, count);
  } catch (const importer::InputError &) { // its sizes have no kernels, which is told after it is read
  }
  const int untilRead = count.whenRead; // questions before the first step after reading
  ASSERT_GE(untilRead, 3);              // before the file, in its tokens, in its merges
  for (int questions = 0; questions < untilRead; ++questions) {
    StopAfter observer(questions);
    EXPECT_THROW(compile(options, observer), Cancelled) << questions;
    EXPECT_EQ(observer.askedAfterwards, 1) << questions;
  }
}

TEST(CancelTest, EveryQuestionOfPackingCanEndIt) {
  Observer silent;
  const CompiledModel model = compile(smallModel(kTied), kGeneric, silent);
  CountQuestions count;
  const auto nowhere = [](const void *, size_t) {};
  std::string whole;
  model.writeWeights([&](const void *data, size_t bytes) { whole.append(static_cast<const char *>(data), bytes); },
                     silent);
  model.writeWeights(nowhere, count);
  ASSERT_GT(count.questions, 20);
  for (int questions = 0; questions < count.questions; questions += 7) {
    StopAfter observer(questions);
    EXPECT_THROW(model.writeWeights(nowhere, observer), Cancelled) << questions;
    EXPECT_LE(observer.askedAfterwards, 2) << questions; // both of the threads that pack
  }
  std::string again;
  model.writeWeights([&](const void *data, size_t bytes) { again.append(static_cast<const char *>(data), bytes); },
                     silent);
  EXPECT_TRUE(again == whole);
}

TEST(CancelTest, TheTextsCanBeCancelledToo) {
  Observer silent;
  const CompiledModel model = compile(smallModel(kTied), kGeneric, silent);
  for (int questions : {0, 5}) {
    StopAfter observer(questions);
    EXPECT_THROW(model.source(observer), Cancelled);
    StopAfter another(questions);
    EXPECT_THROW(model.header(another), Cancelled);
  }
  EXPECT_NE(model.source().find("int main("), std::string::npos);
}

TEST(CancelTest, TheRotationOfATiedHeadEndsInItsLongestLoop) {
  StopAfter observer(20); // of one question and 64 more, one for each row
  const importer::ImportedModel model = observedModel(smallModel(kTied), Rotation::Online, observer);
  ASSERT_NE(model.source->find("head_rotation.weight"), nullptr);
  std::vector<float> row(64);
  EXPECT_THROW(model.source->readRows("head_rotation.weight", 0, 1, row.data()), Cancelled);
  EXPECT_EQ(observer.askedAfterwards, 1);
}

TEST(CancelTest, AnObserverThatThrowsEndsTheWorkToo) {
  struct Throws : Observer {
    void step(std::string_view what) override {
      if (what == "weights")
        throw std::runtime_error("enough");
    }
  } observer;
  const CompiledModel model = compile(smallModel(kTied), kGeneric, observer);
  EXPECT_THROW(model.source(observer), std::runtime_error);
}

} // namespace
