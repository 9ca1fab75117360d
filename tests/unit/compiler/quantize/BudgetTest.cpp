//===- BudgetTest.cpp -----------------------------------------------------===//
//
// Bits go where they take off most damage, and never beyond what there is.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/Budget.h"

#include "tests/unit/compiler/quantize/RoleSource.h"

#include <gtest/gtest.h>

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

TEST(BudgetTest, ValuesThenKeysComeFirst) {
  const Formats formats = formatsWithin(kSource, 4.75); // a quarter of a bit for 2 x 392 rows: 196
  for (const char *block : {"blk.0.", "blk.1."}) {
    EXPECT_EQ(wordOf(formats, block + std::string("attn_v")), "q6_0");
    EXPECT_EQ(wordOf(formats, block + std::string("attn_k")), "q5_0");
    EXPECT_EQ(wordOf(formats, block + std::string("attn_q")), "q4_0");
  }
  // 160 are spent: what is left is no bit for 64 rows, but half a bit.
  EXPECT_EQ(wordOf(formats, "blk.0.ffn_down"), "q4_1");
  EXPECT_EQ(wordOf(formats, "blk.1.ffn_down"), "q4_0");
  EXPECT_EQ(wordOf(formats, "token_embd"), "q8_0");
}

TEST(BudgetTest, GateAndUpAreOneProduct) {
  for (double bits = 4.5; bits < 9; bits += 0.05) {
    const Formats formats = formatsWithin(kSource, bits);
    for (const char *block : {"blk.0.", "blk.1."})
      EXPECT_EQ(wordOf(formats, block + std::string("ffn_gate")), wordOf(formats, block + std::string("ffn_up")));
  }
}

TEST(BudgetTest, QueriesComeLast) {
  const Formats formats = formatsWithin(kSource, 8.45);
  EXPECT_EQ(wordOf(formats, "blk.0.attn_q"), "q8_0");
  EXPECT_EQ(wordOf(formats, "blk.1.attn_q"), "q6_0");
}

TEST(BudgetTest, ConvolutionsHaveTheirShare) {
  tests::RoleSource source = tests::twoBlocks();
  source.add("blk.2.shortconv.in_proj.weight", families::Role::ConvolutionIn, 2, 192, 64);
  source.add("blk.2.shortconv.out_proj.weight", families::Role::ConvolutionOut, 2, 64, 64);
  const Formats formats = formatsWithin(source, 8.5);
  EXPECT_EQ(wordOf(formats, "blk.2.shortconv.in_proj"), "q8_0");
  EXPECT_EQ(wordOf(formats, "blk.2.shortconv.out_proj"), "q8_0");
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
