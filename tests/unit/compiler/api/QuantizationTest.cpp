//===- QuantizationTest.cpp -----------------------------------------------===//
//
// Which formats weights of groups have, what is told of them, and that they come back from a recipe.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/Quantization.h"

#include "tests/unit/compiler/api/SmallCompile.h"
#include "tests/unit/support/TemporaryFolder.h"

#include <fstream>
#include <gtest/gtest.h>

using namespace weebill;
using namespace weebill::api;
using namespace weebill::tests;

namespace {

struct Notes : Observer {
  std::vector<std::string> notes;
  void note(std::string_view text) override { notes.emplace_back(text); }
};

CompileOptions optionsOf(WeightFormat weights) {
  CompileOptions options;
  options.weights = weights;
  options.targets = {"generic"};
  return options;
}

std::string weightsOf(const CompiledModel &model) {
  std::string bytes;
  model.writeWeights([&](const void *data, size_t count) { bytes.append(static_cast<const char *>(data), count); });
  return bytes;
}

std::string complaint(const CompileOptions &options, const char *description = kTied) {
  try {
    Observer silent;
    compile(smallModel(description), options, silent);
  } catch (const std::runtime_error &error) {
    return error.what();
  }
  return "none";
}

TEST(QuantizationTest, BlocksHaveTheBitsThatAreAskedFor) {
  const std::pair<WeightFormat, const char *> wanted[] = {
      {WeightFormat::Int4, "5.00"}, {WeightFormat::Int5, "5.50"}, {WeightFormat::Int6, "6.50"}};
  for (const auto &[weights, bits] : wanted) {
    Notes observer;
    const CompiledModel model = compile(smallModel(kTied), optionsOf(weights), observer);
    EXPECT_EQ(model.options().activations, Activations::Int8Groups);
    EXPECT_EQ(model.options().rotation, Rotation::None);
    ASSERT_EQ(observer.notes.size(), 1u);
    EXPECT_TRUE(observer.notes[0].starts_with("the matrices of blocks are rounded to " + std::string(bits) +
                                              " bits a weight, scales included, without a text to suit"))
        << observer.notes[0];
  }
}

TEST(QuantizationTest, WeightsAreMadeAlikeEveryTime) {
  Observer silent;
  for (WeightFormat weights : {WeightFormat::Int4, WeightFormat::Mixed}) {
    const std::string first = weightsOf(compile(smallModel(kUntied), optionsOf(weights), silent));
    EXPECT_TRUE(weightsOf(compile(smallModel(kUntied), optionsOf(weights), silent)) == first);
  }
}

TEST(QuantizationTest, ARecipeMakesTheSameModelAgain) {
  Observer silent;
  CompileOptions options = optionsOf(WeightFormat::Mixed);
  options.bits = 5;
  const CompiledModel model = compile(smallModel(kTied), options, silent);
  TemporaryFolder folder;
  std::ofstream(folder.path() / "recipe.json") << model.recipe();
  EXPECT_NE(model.recipe().find("\"attn_v\": \"q6_0\""), std::string::npos) << model.recipe();

  options.bits.reset();
  options.recipe = (folder.path() / "recipe.json").string();
  EXPECT_TRUE(weightsOf(compile(smallModel(kTied), options, silent)) == weightsOf(model));
  EXPECT_EQ(compile(smallModel(kTied), optionsOf(WeightFormat::F16), silent).recipe(), "");
}

TEST(QuantizationTest, BitsOrARecipeAloneMeanMixedWeights) {
  CompileOptions options;
  options.bits = 6;
  EXPECT_EQ(options.completed(smallModel(kTied)).weights, WeightFormat::Mixed);
}

TEST(QuantizationTest, WhatCannotBeIsRefusedInASentence) {
  CompileOptions options = optionsOf(WeightFormat::Int8);
  options.calibration = "text";
  EXPECT_EQ(complaint(options), "--calibrate goes with --weights compact, int4, int5, int6 or mixed, not with int8");
  options = optionsOf(WeightFormat::Int4);
  options.bits = 5;
  EXPECT_EQ(complaint(options), "--bits goes with --weights mixed, not with int4");
  options = optionsOf(WeightFormat::Mixed);
  options.recipe = "/no/such/recipe";
  EXPECT_EQ(complaint(options), "--recipe: cannot read '/no/such/recipe': No such file or directory");
  options.bits = 5;
  EXPECT_EQ(complaint(options), "--bits chooses what --recipe says: leave one out");
  options = optionsOf(WeightFormat::Mixed);
  options.bits = 4;
  EXPECT_EQ(complaint(options), "--bits 4 cannot be met: the smallest format, q4_0, has 4.5 bits for each weight");
  options.bits = -1;
  EXPECT_EQ(complaint(options), "--bits: -1.000000 is not a number of bits for each weight");
  EXPECT_EQ(
      complaint(optionsOf(WeightFormat::Int5), R"({"layers":1,"model":48,"hidden":64,"heads":1,"vocabulary":80})"),
      "tensor 'token_embd.weight' has rows of 48 columns, which are no whole groups of 32: use --weights int8");
  options = optionsOf(WeightFormat::Int5);
  options.calibration = "text";
  EXPECT_EQ(complaint(options), "--calibrate: 'small.json' has no tokenizer to read a text with");
}

} // namespace
