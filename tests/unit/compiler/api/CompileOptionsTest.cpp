//===- CompileOptionsTest.cpp ---------------------------------------------===//
//
// Defaults, what goes together, and the words of every enum. The sentences that the command line makes of it:
// OptionsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/ChosenTargets.h"

#include <gtest/gtest.h>
#include <set>

using namespace weebill::api;
using namespace weebill::importer;

namespace {

ImportedModel modelOf(int64_t context, const std::string &name = "bird") {
  ImportedModel model;
  model.path = "bird.gguf";
  model.name = name;
  model.architecture.context = context;
  return model;
}

std::string complaint(const CompileOptions &options) {
  try {
    options.completed(modelOf(512));
    return "none";
  } catch (const UsageError &error) {
    return error.what();
  }
}

TEST(CompileOptionsTest, NothingIsLeftOutOfCompletedOptions) {
  const CompileOptions filled = CompileOptions{}.completed(modelOf(512));
  EXPECT_EQ(filled.weights, WeightFormat::Int8);
  EXPECT_EQ(filled.activations, Activations::Int8);
  EXPECT_EQ(filled.cache, CacheFormat::F16);
  EXPECT_EQ(filled.rotation, Rotation::Online);
  EXPECT_EQ(filled.context, 512);
  EXPECT_EQ(filled.name, "bird");
}

TEST(CompileOptionsTest, FloatsMultiplyFloatsAndAreNotRotated) {
  for (WeightFormat weights : {WeightFormat::F16, WeightFormat::F32}) {
    const CompileOptions filled = CompileOptions{.weights = weights}.completed(modelOf(512));
    EXPECT_EQ(filled.weights, weights);
    EXPECT_EQ(filled.activations, Activations::F32);
    EXPECT_EQ(filled.cache, CacheFormat::F16);
    EXPECT_EQ(filled.rotation, Rotation::None);
  }
}

TEST(CompileOptionsTest, WhatIsChosenStays) {
  const CompileOptions filled = CompileOptions{.name = "n.1",
                                               .weights = WeightFormat::Int8,
                                               .activations = Activations::Int8Symmetric,
                                               .cache = CacheFormat::Int8,
                                               .rotation = Rotation::None,
                                               .context = 7}
                                    .completed(modelOf(512));
  EXPECT_EQ(filled.activations, Activations::Int8Symmetric);
  EXPECT_EQ(filled.cache, CacheFormat::Int8);
  EXPECT_EQ(filled.rotation, Rotation::None);
  EXPECT_EQ(filled.context, 7);
  EXPECT_EQ(filled.name, "n.1");
}

TEST(CompileOptionsTest, KeptCodesAreMultipliedInGroupsAndNotRotated) {
  const CompileOptions filled = CompileOptions{.weights = WeightFormat::Keep}.completed(modelOf(512));
  EXPECT_EQ(filled.activations, Activations::Int8Groups);
  EXPECT_EQ(filled.rotation, Rotation::None);
}

/// A model with one matrix, of that type.
ImportedModel storedAs(const std::string &type) {
  struct Source : TensorSource {
    std::vector<TensorInfo> infos;
    const std::vector<TensorInfo> &tensors() const override { return infos; }
    void readRows(const std::string &, int64_t, int64_t, float *) const override {}
  };
  auto source = std::make_shared<Source>();
  source->infos = {{"norm", "F32", 1, 32, weebill::families::Role::OutputNorm},
                   {"embedding", type, 8, 32, weebill::families::Role::Embedding}};
  ImportedModel model = modelOf(512);
  model.source = source;
  return model;
}

TEST(CompileOptionsTest, AFileOfCodesKeepsThemUnlessSomethingElseIsSaid) {
  for (const char *type : {"Q4_1", "Q3_K"}) // the second cannot be kept, which is found out when it is planned
    EXPECT_EQ(CompileOptions{}.completed(storedAs(type)).weights, WeightFormat::Keep) << type;
  for (const char *type : {"F32", "F16", "BF16"})
    EXPECT_EQ(CompileOptions{}.completed(storedAs(type)).weights, WeightFormat::Int8) << type;

  const ImportedModel codes = storedAs("Q4_1");
  EXPECT_EQ(CompileOptions{.weights = WeightFormat::F16}.completed(codes).weights, WeightFormat::F16);
  EXPECT_EQ(CompileOptions{.activations = Activations::Int8}.completed(codes).weights, WeightFormat::Int8);
  EXPECT_EQ(CompileOptions{.activations = Activations::Int8Groups}.completed(codes).weights, WeightFormat::Keep);
  EXPECT_EQ(CompileOptions{.store = {"head=int8"}}.completed(codes).weights, WeightFormat::Int8);
  EXPECT_EQ(CompileOptions{.rotation = Rotation::Online}.completed(codes).weights, WeightFormat::Int8);
  EXPECT_EQ(CompileOptions{.rotation = Rotation::Folded}.completed(codes).weights, WeightFormat::Int8);
  EXPECT_EQ(CompileOptions{.rotation = Rotation::None}.completed(codes).weights, WeightFormat::Int8);
}

TEST(CompileOptionsTest, TheCacheIsNoLongerThanAUsualConversation) {
  EXPECT_EQ(CompileOptions{}.completed(modelOf(2048)).context, 2048);
  EXPECT_EQ(CompileOptions{}.completed(modelOf(2049)).context, 2048);
  EXPECT_EQ(CompileOptions{.context = 2049}.completed(modelOf(2049)).context, 2049);
  try {
    CompileOptions{.context = 513}.completed(modelOf(512));
    FAIL();
  } catch (const InputError &error) {
    EXPECT_STREQ(error.what(), "'bird.gguf': --context 513 is more than the 512 tokens that the model was made for");
  }
}

TEST(CompileOptionsTest, AModelsNameBecomesSafe) {
  EXPECT_EQ(CompileOptions{}.completed(modelOf(8, "my \"model\" (1)")).name, "my--model---1-");
  EXPECT_EQ(CompileOptions{}.completed(modelOf(8, "..-")).name, "model");
}

TEST(CompileOptionsTest, WhatDoesNotGoTogetherIsToldInOneSentence) {
  EXPECT_EQ(complaint({.weights = WeightFormat::F16, .activations = Activations::Int8}),
            "--weights f16 with --activations int8 is not built yet: int8 activations go with int8 weights, int8-g32 "
            "with keep, compact, int4, int5, int6 and mixed, f32 with f16 and f32");
  EXPECT_EQ(complaint({.activations = Activations::F32}),
            "--weights int8 with --activations f32 is not built yet: int8 activations go with int8 weights, int8-g32 "
            "with keep, compact, int4, int5, int6 and mixed, f32 with f16 and f32");
  EXPECT_TRUE(complaint({.weights = WeightFormat::Keep, .activations = Activations::Int8}).find("int8-g32 with keep") !=
              std::string::npos);
  EXPECT_EQ(complaint({.weights = WeightFormat::Keep, .rotation = Rotation::Folded}),
            "--weights keep with --rotation folded: codes that are kept cannot be rotated; leave one out");
  EXPECT_EQ(complaint({.weights = WeightFormat::Compact, .rotation = Rotation::Online}),
            "--weights compact with --rotation online: codes that are kept cannot be rotated; leave one out");
  EXPECT_EQ(complaint({.context = -5}), "--context: '-5' is not a number of tokens");
  EXPECT_EQ(complaint({.name = "a/b"}), "--name: 'a/b' is not a name: use letters, digits, '.', '_' and '-', and "
                                        "begin with a letter, a digit or '_'");
  EXPECT_EQ(complaint({.targets = {}}), "--target names no CPU");
  EXPECT_EQ(complaint({.targets = {"native", "generic"}}), "--target native stands alone: it is one of the others");
  EXPECT_EQ(complaint({.targets = {"generic", "generic"}}), "--target names 'generic' twice");
  EXPECT_TRUE(complaint({.targets = {"pdp11"}}).starts_with("--target: 'pdp11' is not one of native, "));
  EXPECT_EQ(complaint({.skipPasses = {"lm-quantize"}}),
            "--skip-pass: 'lm-quantize' is not one of lm-fuse-qkv, lm-fuse-swiglu, lm-fuse-norm-quantize, "
            "lm-fuse-residual");
}

TEST(CompileOptionsTest, TargetsComeInTheOrderOfTheTable) {
  const auto chosen = chosenTargets({.targets = {"generic", "x86-64-v3"}});
  ASSERT_EQ(chosen.size(), 2u);
  EXPECT_EQ(chosen[0]->name, "x86-64-v3");
  EXPECT_EQ(chosen[1]->name, "generic");
}

TEST(CompileOptionsTest, CachesAreDetectedForNativeAlone) {
  EXPECT_FALSE(chosenCaches({.targets = {"x86-64-v3"}}).detected);
  EXPECT_EQ(chosenCaches({}).detected, weebill::targets::detectCaches().has_value());
}

template <class E> void expectWordsOfItsOwn() {
  std::set<std::string> words;
  for (const OptionWord<E> &row : optionWords<E>()) {
    EXPECT_TRUE(words.insert(row.word).second) << row.word;
    EXPECT_EQ(wordOf(row.value), row.word);
    EXPECT_EQ(fromWord<E>(row.word), row.value);
  }
  EXPECT_EQ(allWords<E>().size(), words.size());
  EXPECT_EQ(fromWord<E>("int7"), std::nullopt);
}

TEST(OptionWordsTest, EveryValueHasOneWord) {
  expectWordsOfItsOwn<WeightFormat>();
  expectWordsOfItsOwn<Activations>();
  expectWordsOfItsOwn<CacheFormat>();
  expectWordsOfItsOwn<Rotation>();
  EXPECT_EQ(allWords<CacheFormat>(), (std::vector<std::string>{"f16", "int8", "f32"}));
}

TEST(CompileOptionsTest, ARecipeIsReadAgain) {
  CompileOptions options;
  options.weights = WeightFormat::F16;
  options.activations = Activations::F32;
  options.cache = CacheFormat::Int8;
  options.rotation = Rotation::None;
  options.store = {"down=f32"};
  const std::string text = recipeText(options);
  EXPECT_EQ(text, "--weights f16 --activations f32 --cache int8 --rotation none --store down=f32");
  CompileOptions read;
  ASSERT_TRUE(readRecipe(text, read));
  EXPECT_EQ(recipeText(read), text);
  for (const char *wrong :
       {"", "--weights", "--weights f16", "--weights f17 --activations f32 --cache int8 --rotation none",
        "--weights f16 --activations f32 --cache int8 --rotation none --model x"})
    EXPECT_FALSE(readRecipe(wrong, read = CompileOptions())) << wrong;
}

} // namespace
