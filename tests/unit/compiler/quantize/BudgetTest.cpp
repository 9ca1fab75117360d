//===- BudgetTest.cpp -----------------------------------------------------===//
//
// Bits go to values first, then evenly, and never beyond what there is.
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

TEST(BudgetTest, TooFewBitsAreRefused) {
  try {
    formatsWithin(kSource, 4.4);
    FAIL();
  } catch (const importer::InputError &error) {
    EXPECT_STREQ(error.what(), "--bits 4.4 cannot be met: the smallest format, q4_0, has 4.5 bits for each weight");
  }
}

} // namespace
