//===- BudgetTest.cpp -----------------------------------------------------===//
//
// Bits go where they are worth most, or to values first and then evenly, and never beyond what there is.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/Budget.h"

#include "tests/unit/compiler/quantize/RoleSource.h"

#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <random>

using namespace weebill;
using namespace weebill::quantize;

namespace {

const tests::RoleSource kSource = tests::twoBlocks();

std::string wordOf(const Formats &formats, const std::string &tensor) { return formats.at(tensor + ".weight")->word; }

TEST(BudgetTest, ABudgetIsNeverExceededAndMoreIsNeverWorse) {
  double before = 0;
  for (double bits = 4.5; bits < 9; bits += 0.05) {
    const double spent = bitsOfBlocks(kSource, formatsWithin(kSource, bits));
    EXPECT_LE(spent, bits + 1e-9);
    EXPECT_GE(spent, before);
    before = spent;
  }
  EXPECT_EQ(before, 8.5);
}

TEST(BudgetTest, ValuesComeFirstAndTheRestIsEven) {
  const Formats formats = formatsWithin(kSource, 5.6);
  for (const char *block : {"blk.0.", "blk.1."}) {
    EXPECT_EQ(wordOf(formats, block + std::string("attn_v")), "q8_0");
    for (const char *part : {"attn_q", "attn_k", "attn_output", "ffn_gate", "ffn_up", "ffn_down"})
      EXPECT_EQ(wordOf(formats, block + std::string(part)), "q5_0") << part;
  }
  EXPECT_EQ(wordOf(formats, "token_embd"), "q8_0");
}

TEST(BudgetTest, KeysThenDownAreRaisedBeforeTheRest) {
  const Formats formats = formatsWithin(kSource, 4.9);
  EXPECT_EQ(wordOf(formats, "blk.1.attn_k"), "q4_1");
  EXPECT_EQ(wordOf(formats, "blk.1.ffn_down"), "q4_1");
  EXPECT_EQ(wordOf(formats, "blk.1.ffn_up"), "q4_0");
  EXPECT_EQ(wordOf(formats, "blk.1.ffn_gate"), "q4_0") << "one product reads both";
}

/// Errors that fall to a quarter with each bit, of matrices that matter as `matters` says.
RoundingErrors errorsOf(const std::function<double(const importer::TensorInfo &)> &matters) {
  RoundingErrors errors;
  for (const importer::TensorInfo &tensor : kSource.tensors())
    if (isQuantized(tensor) && tensor.block >= 0)
      for (const GroupFormat &format : groupFormats())
        errors[tensor.name].push_back(matters(tensor) * std::exp2(-2 * format.bitsOfWeight()));
  return errors;
}

double errorOf(const RoundingErrors &errors, const Formats &formats) {
  double error = 0;
  for (const auto &[name, ofFormats] : errors)
    error += ofFormats[size_t(formats.at(name) - groupFormats().data())];
  return error;
}

TEST(BudgetTest, MeasuredErrorsDecide) {
  const RoundingErrors errors =
      errorsOf([](const importer::TensorInfo &tensor) { return tensor.name == "blk.1.ffn_up.weight" ? 100.0 : 1.0; });
  const Formats formats = formatsWithin(kSource, 5.6, errors);
  EXPECT_LE(bitsOfBlocks(kSource, formats), 5.6);
  EXPECT_GT(bitsOfBlocks(kSource, formats), 5.5);
  EXPECT_EQ(wordOf(formats, "blk.1.ffn_up"), "q8_0");
  EXPECT_EQ(wordOf(formats, "blk.1.ffn_gate"), "q8_0") << "one product reads both";
  EXPECT_EQ(wordOf(formats, "blk.0.attn_v"), "q8_0") << "as much is lost in fewer weights";
  EXPECT_NE(wordOf(formats, "blk.0.ffn_up"), "q8_0");
  EXPECT_EQ(wordOf(formats, "token_embd"), "q8_0");
  EXPECT_LT(errorOf(errors, formats), errorOf(errors, formatsWithin(kSource, 5.6)));
  EXPECT_EQ(parseRecipe("r.json", recipeText(kSource, formats), kSource), formats);
}

TEST(BudgetTest, NoSingleChangeWithinTheBudgetIsBetter) {
  std::mt19937 random(5);
  const RoundingErrors errors = errorsOf([&](const importer::TensorInfo &) { return 1 + random() % 1000 / 10.0; });
  for (double bits : {4.7, 5.3, 6.1, 8.5}) {
    const Formats formats = formatsWithin(kSource, bits, errors);
    EXPECT_LE(bitsOfBlocks(kSource, formats), bits);
    for (const auto &[name, format] : formats)
      for (const GroupFormat &other : groupFormats()) {
        if (name.starts_with("token_embd") || name.find("ffn_gate") != std::string::npos ||
            name.find("ffn_up") != std::string::npos)
          continue;
        Formats changed = formats;
        changed[name] = &other;
        if (bitsOfBlocks(kSource, changed) <= bits) {
          EXPECT_GE(errorOf(errors, changed), errorOf(errors, formats)) << name << " in " << other.word;
        }
      }
  }
}

TEST(BudgetTest, WhatLosesNothingGetsNoBits) {
  const RoundingErrors errors = errorsOf(
      [](const importer::TensorInfo &tensor) { return tensor.name.find("ffn_down") == std::string::npos ? 0.0 : 1.0; });
  const Formats formats = formatsWithin(kSource, 8, errors);
  EXPECT_EQ(wordOf(formats, "blk.0.ffn_down"), "q8_0");
  EXPECT_EQ(wordOf(formats, "blk.0.attn_q"), "q4_0");
}

TEST(BudgetTest, TooFewBitsAreRefused) {
  try {
    formatsWithin(kSource, 4.4);
    FAIL();
  } catch (const importer::InputError &error) {
    EXPECT_STREQ(error.what(), "--bits 4.4 cannot be met: the smallest format, q4_0, has 4.5 bits for each weight");
  }
}

} // namespace
