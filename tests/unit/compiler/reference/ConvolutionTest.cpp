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
  /// Two columns, three taps, no blocks: the logits are the convolution itself. Gates are 1.
  OwningOpRef<ModuleOp> alone(const std::vector<float> &table, const std::vector<float> &taps) {
    std::vector<float> gated; // before, behind, x
    for (size_t row = 0; row < table.size(); row += 2)
      gated.insert(gated.end(), {1, 1, 1, 1, table[row], table[row + 1]});
    return between(gated, taps);
  }

  /// The same with rows of gates and of what is convolved.
  OwningOpRef<ModuleOp> between(const std::vector<float> &table, const std::vector<float> &taps) {
    source.add("table", table.size() / 6, 6, table);
    source.add("taps", 1, 6, taps);
    return parseSourceString<ModuleOp>(R"(
      lm.weight @table : tensor<)" + std::to_string(table.size() / 6) +
                                           R"(x6xf32> from ["table"]
      lm.weight @taps : tensor<6xf32> from ["taps"]
      func.func @forward(%t: tensor<?xi32>) -> tensor<?x2xf32> {
        %x = lm.embed %t, @table : (tensor<?xi32>) -> tensor<?x6xf32>
        %y = lm.gated_convolution %x, @taps width 3 : (tensor<?x6xf32>) -> tensor<?x2xf32>
        return %y : tensor<?x2xf32>
      })",
                                       &context);
  }

  /// Ops of a block as those of an arm that takes %h0.
  static std::string inArm(std::string ops) {
    for (size_t at = 0; (at = ops.find("%h,", at)) != ops.npos; at += 3)
      ops.replace(at, 2, "%h0");
    return ops;
  }

  /// Blocks 0 and 2 convolve, block 1 attends.
  OwningOpRef<ModuleOp> blocks(const std::string &schedule) {
    std::string taps = "lm.weight @taps : tensor<48xf32> per_block from [",
                in = "lm.weight @in : tensor<48x16xf32> per_block from [";
    for (int block = 0; block < 4; ++block) {
      const std::string number = std::to_string(block), comma = block == 0 ? "" : ", ";
      source.addRandom("taps" + number, 1, 48, 70 + block);
      source.addRandom("in" + number, 48, 16, 80 + block);
      taps += comma + "\"taps" + number + "\"";
      in += comma + "\"in" + number + "\"";
    }
    const std::string mixed = R"(
      %y = lm.either [1, 0, 1] %h : tensor<?x16xf32> {
      ^bb0(%h0: tensor<?x16xf32>):
    )" + inArm(std::string(kFloatAttention) + kAttention) +
                              R"(
        %y0 = lm.add %h0, %a : tensor<?x16xf32>
        lm.yield %y0 : tensor<?x16xf32>
      }, {
      ^bb0(%h1: tensor<?x16xf32>):
        %p = lm.linear %h1, @in : (tensor<?x16xf32>) -> tensor<?x48xf32>
        %c = lm.gated_convolution %p, @taps width 3 : (tensor<?x48xf32>) -> tensor<?x16xf32>
        %y1 = lm.add %h1, %c : tensor<?x16xf32>
        lm.yield %y1 : tensor<?x16xf32>
      }
    )";
    return model({taps + "]\n" + in + "]\n", mixed}, schedule);
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

TEST_F(ConvolutionTest, GatesAreBeforeAndBehind) {
  // A token's own gate behind multiplies the sum; the gates before are those of the tokens that are summed.
  OwningOpRef<ModuleOp> module =
      between({2, 0, 3, 1, 5, 7, /**/ 10, 1, 0, 4, 1, 9}, {0, 0, 1, 1, 1, 1}); // [tokens][before, behind, x]
  ASSERT_TRUE(module);
  for (Arithmetic arithmetic : kBoth)
    EXPECT_EQ(Interpreter(*module, source, arithmetic).run({0, 1, 0}), (std::vector<float>{30, 0, 0, 36, 60, 9}));
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
