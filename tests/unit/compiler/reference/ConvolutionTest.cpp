//===- ConvolutionTest.cpp - Mixing with the tokens just before ----------===//
//
// By hand, and tokens at once against tokens in parts: a convolution remembers what it has seen for each visit.
//
//===----------------------------------------------------------------------===//

#include "SmallModel.h"

using namespace mlir;
using namespace weebill::reference;
using namespace weebill::tests;

namespace {

constexpr Arithmetic kBoth[] = {Arithmetic::Double, Arithmetic::Exact};

class ConvolutionTest : public SmallModelTest {
protected:
  /// Two columns, three taps, no blocks: the logits are the convolution itself.
  OwningOpRef<ModuleOp> alone(const std::vector<float> &table, const std::vector<float> &taps) {
    source.add("table", table.size() / 2, 2, table);
    source.add("taps", 1, 6, taps);
    return parseSourceString<ModuleOp>(R"(
      lm.weight @table : tensor<)" + std::to_string(table.size() / 2) +
                                           R"(x2xf32> from ["table"]
      lm.weight @taps : tensor<6xf32> from ["taps"]
      func.func @forward(%t: tensor<?xi32>) -> tensor<?x2xf32> {
        %x = lm.embed %t, @table : (tensor<?xi32>) -> tensor<?x2xf32>
        %y = lm.short_convolution %x, @taps width 3 : tensor<?x2xf32>
        return %y : tensor<?x2xf32>
      })",
                                       &context);
  }

  /// Blocks that mix by a convolution between two gates, and by attention too, so that both remember.
  OwningOpRef<ModuleOp> blocks(const std::string &schedule) {
    std::string symbols = "lm.weight @taps : tensor<48xf32> per_block from [";
    for (int block = 0; block < 4; ++block) {
      const std::string name = "taps" + std::to_string(block);
      source.addRandom(name, 1, 48, 70 + block);
      symbols += (block == 0 ? "\"" : ", \"") + name + "\"";
    }
    const std::string mixed = R"(
      %gated = lm.mul %q0, %a : tensor<?x16xf32>
      %c = lm.short_convolution %gated, @taps width 3 : tensor<?x16xf32>
      %y = lm.add %h, %c : tensor<?x16xf32>
    )";
    return model({symbols + "]\n", std::string(kFloatAttention) + kAttention + mixed}, schedule);
  }
};

TEST_F(ConvolutionTest, ByHand) {
  // Column 0 has 100, 10 and 1 as taps, the token's own last: digits tell what was added. Column 1 takes only the
  // token before the last.
  OwningOpRef<ModuleOp> module = alone({1, 5, 2, 6, 3, 7, 4, 8}, {100, 1, 10, 0, 1, 0});
  ASSERT_TRUE(module);
  for (Arithmetic arithmetic : kBoth) {
    Interpreter interpreter(*module, source, arithmetic);
    EXPECT_EQ(interpreter.run({0, 1, 2}), (std::vector<float>{1, 0, 12, 0, 123, 5}));
    EXPECT_EQ(interpreter.run({3}), (std::vector<float>{234, 6}));
    EXPECT_EQ(interpreter.run({0, 0}), (std::vector<float>{341, 7, 411, 8}));
    interpreter.reset();
    EXPECT_EQ(interpreter.run({3}), (std::vector<float>{4, 0}));
  }
}

TEST_F(ConvolutionTest, EveryTapIsOneRounding) {
  // (1 + 2^-12)^2 = 1 + 2^-11 + 2^-24 is no float: rounded before the sum, its last bit is lost.
  const float near = 1 + 0x1p-12f;
  OwningOpRef<ModuleOp> module = alone({-1, near, near, near}, {1, 1, 1 + 0x1p-11f, 1, near, near});
  ASSERT_TRUE(module);
  EXPECT_EQ(Interpreter(*module, source, Arithmetic::Exact).run({0, 1})[2], 0x1p-24f);
}

TEST_F(ConvolutionTest, TheOldestTapComesFirst) {
  // 2^24 + 1 is no float: 1 is lost where it comes behind 2^24, and kept where it comes behind their difference.
  OwningOpRef<ModuleOp> module = alone({1, 1}, {0x1p24f, 1, 1, -0x1p24f, -0x1p24f, 0x1p24f});
  ASSERT_TRUE(module);
  const std::vector<float> rows = Interpreter(*module, source, Arithmetic::Exact).run({0, 0, 0});
  EXPECT_EQ(rows[4], 0);                       // (2^24 + 1) - 2^24
  EXPECT_EQ(rows[5], 0x1p24f - (0x1p24f - 1)); // (1 - 2^24) + 2^24
}

TEST_F(ConvolutionTest, TokensInPartsGiveTheSameBits) {
  OwningOpRef<ModuleOp> module = blocks("[0, 1, 0, 2]"); // a block that is visited twice remembers twice
  for (Arithmetic arithmetic : kBoth) {
    const std::vector<float> whole = logits(*module, arithmetic);
    for (const std::vector<size_t> &counts : {std::vector<size_t>{1, 3, 2, 4, 1}, {11}, {10, 1}, {1, 1, 9}}) {
      std::vector<float> parts;
      Interpreter interpreter(*module, source, arithmetic);
      size_t first = 0;
      for (size_t count : counts) {
        std::vector<float> part = interpreter.run(llvm::ArrayRef(tokens).slice(first, count));
        parts.insert(parts.end(), part.begin(), part.end());
        first += count;
      }
      EXPECT_EQ(parts, whole);
    }
  }
}

TEST_F(ConvolutionTest, ExactIsNearTheMeaning) {
  OwningOpRef<ModuleOp> module = blocks("[0, 1, 2]");
  const std::vector<float> exact = logits(*module, Arithmetic::Exact), meaning = logits(*module, Arithmetic::Double);
  ASSERT_EQ(exact.size(), meaning.size());
  EXPECT_NE(exact, meaning);
  for (size_t i = 0; i < exact.size(); ++i)
    EXPECT_NEAR(exact[i], meaning[i], 1e-4 * (1 + std::fabs(meaning[i])));
}

} // namespace
