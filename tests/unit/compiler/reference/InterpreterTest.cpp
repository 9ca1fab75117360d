//===- InterpreterTest.cpp - Modules small enough to follow -------------===//
//
// The interpreter on modules small enough to follow: the frame by hand, everything else by two ways that must agree.
//
//===----------------------------------------------------------------------===//

#include "compiler/reference/Interpreter.h"

#include "SmallModel.h"

using namespace mlir;
using namespace weebill::reference;
using namespace weebill::tests;

namespace {

using InterpreterTest = SmallModelTest;

constexpr Arithmetic kBoth[] = {Arithmetic::Double, Arithmetic::Exact};

//===----------------------------------------------------------------------===//
// By hand
//===----------------------------------------------------------------------===//

TEST_F(InterpreterTest, EmbedAndLinearByHand) {
  source.add("table", 2, 3, {1, 2, 3, -4, 5, 6});
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(R"(
    lm.weight @table : tensor<2x3xf32> from ["table"]
    func.func @forward(%t: tensor<?xi32>) -> tensor<?x2xf32> {
      %x = lm.embed %t, @table : (tensor<?xi32>) -> tensor<?x3xf32>
      %y = lm.linear %x, @table : (tensor<?x3xf32>) -> tensor<?x2xf32>
      return %y : tensor<?x2xf32>
    })",
                                                             &context);
  for (Arithmetic arithmetic : kBoth)
    EXPECT_EQ(Interpreter(*module, source, arithmetic).run({1, 0}), (std::vector<float>{24, 77, 14, 24}));
}

TEST_F(InterpreterTest, VisitsBlocksInTheOrderOfTheSchedule) {
  // x -> 2 x + 1 does not commute with x -> 3 x: the result tells the order. Ones come from a column that the blocks
  // keep.
  source.add("one", 1, 2, {1, 1});
  source.add("double_plus_one", 2, 2, {2, 1, 0, 1});
  source.add("triple", 2, 2, {3, 0, 0, 1});
  auto run = [&](const std::string &schedule) {
    OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(R"(
      lm.weight @one : tensor<1x2xf32> from ["one"]
      lm.weight @step : tensor<2x2xf32> per_block from ["double_plus_one", "triple"]
      func.func @forward(%t: tensor<?xi32>) -> tensor<?x2xf32> {
        %x = lm.embed %t, @one : (tensor<?xi32>) -> tensor<?x2xf32>
        %y = lm.repeat )" + schedule + R"( %x : tensor<?x2xf32> {
        ^bb0(%h: tensor<?x2xf32>):
          %s = lm.linear %h, @step : (tensor<?x2xf32>) -> tensor<?x2xf32>
          lm.yield %s : tensor<?x2xf32>
        }
        return %y : tensor<?x2xf32>
      })",
                                                               &context);
    return Interpreter(*module, source, Arithmetic::Exact).run({0})[0];
  };
  EXPECT_EQ(run("[0, 1]"), 9);
  EXPECT_EQ(run("[1, 0]"), 7);
  EXPECT_EQ(run("[0, 0, 1]"), 21);
}

//===----------------------------------------------------------------------===//
// Two ways that must agree
//===----------------------------------------------------------------------===//

TEST_F(InterpreterTest, TokensInPartsGiveTheSameBits) {
  OwningOpRef<ModuleOp> module = model(kFloatBlock);
  for (Arithmetic arithmetic : kBoth) {
    std::vector<float> whole = logits(*module, arithmetic), parts;
    Interpreter interpreter(*module, source, arithmetic);
    size_t first = 0;
    for (size_t count : {1, 3, 2, 4, 1}) {
      std::vector<float> part = interpreter.run(llvm::ArrayRef(tokens).slice(first, count));
      parts.insert(parts.end(), part.begin(), part.end());
      first += count;
    }
    EXPECT_EQ(parts, whole);
    EXPECT_EQ(interpreter.position(), int64_t(tokens.size()));
  }
}

TEST_F(InterpreterTest, ProductsAreComparedWithThoseWithoutCodes) {
  for (const auto &[body, storage] : {std::pair(kFloatBlock, ""), {kQuantizedBlock, "as int8"}}) {
    OwningOpRef<ModuleOp> module = model(body, "[0, 1]", storage);
    Interpreter plain(*module, source, Arithmetic::Double), observed(*module, source, Arithmetic::Double);
    std::vector<ProductError> errors;
    observed.observeProducts([&](const ProductError &error) { errors.push_back(error); }, source);
    EXPECT_EQ(observed.run(tokens), plain.run(tokens)); // looking on changes nothing
    size_t ofVisits[2] = {};
    for (const ProductError &error : errors) {
      EXPECT_GT(error.norm, 0) << error.weight;
      const double relative = std::sqrt(error.difference / error.norm);
      if (storage[0] == '\0') {
        EXPECT_EQ(relative, 0) << error.weight;
      } else if (error.visit >= 0) {
        EXPECT_TRUE(relative > 1e-4 && relative < 0.1) << error.weight << " " << relative;
      }
      if (error.visit >= 0)
        ++ofVisits[error.visit];
    }
    EXPECT_EQ(ofVisits[0], ofVisits[1]);
    EXPECT_GT(ofVisits[0], 3u);
  }
}

TEST_F(InterpreterTest, TheCacheIsThatOfAllTokens) {
  const std::string ops = std::string(kFloatAttention) + kCachedAttention + kFloatRest;
  OwningOpRef<ModuleOp> module = model({cacheOf("f16", 3, 64), ops});
  Interpreter whole(*module, source, Arithmetic::Exact), parts(*module, source, Arithmetic::Exact);
  whole.run(tokens);
  const llvm::ArrayRef<int32_t> all = tokens;
  parts.run(all.take_front(3), Logits::Last);
  parts.run(all.drop_front(3), Logits::Last);
  const std::vector<CacheContents> one = whole.cacheContents(), other = parts.cacheContents();
  ASSERT_EQ(one.size(), 3u); // visits
  for (size_t visit = 0; visit < one.size(); ++visit) {
    EXPECT_EQ(one[visit].keys.size() % tokens.size(), 0u);
    EXPECT_GT(one[visit].keys.size(), 0u);
    EXPECT_EQ(one[visit].keys, other[visit].keys);
    EXPECT_EQ(one[visit].values, other[visit].values);
    EXPECT_NE(one[visit].keys, one[(visit + 1) % 3].keys);
    EXPECT_TRUE(one[visit].keyScales.empty());
  }
}

TEST_F(InterpreterTest, LastLogitsAreTheLastRow) {
  for (const auto &[body, storage] : {std::pair(kFloatBlock, ""), {kQuantizedBlock, "as int8"}}) {
    OwningOpRef<ModuleOp> module = model(body, "[0, 1]", storage);
    std::vector<float> all = logits(*module, Arithmetic::Exact);
    std::vector<float> last = Interpreter(*module, source, Arithmetic::Exact).run(tokens, Logits::Last);
    EXPECT_EQ(last, std::vector<float>(all.end() - 32, all.end()));
  }
}

TEST_F(InterpreterTest, ResetForgetsTheTokens) {
  OwningOpRef<ModuleOp> module = model(kFloatBlock);
  Interpreter interpreter(*module, source, Arithmetic::Exact);
  std::vector<float> first = interpreter.run(tokens), continued = interpreter.run(tokens);
  interpreter.reset();
  EXPECT_EQ(interpreter.position(), 0);
  EXPECT_EQ(interpreter.run(tokens), first);
  EXPECT_NE(continued, first);
}

TEST_F(InterpreterTest, EveryVisitHasItsOwnCache) {
  // Block 3 is a copy of block 0: one block visited twice must do what two equal blocks do, also when tokens come one
  // by one.
  OwningOpRef<ModuleOp> shared = model(kFloatBlock, "[0, 0, 1, 1]");
  OwningOpRef<ModuleOp> copied = model(kFloatBlock, "[0, 3, 1, 1]");
  Interpreter one(*shared, source, Arithmetic::Exact), two(*copied, source, Arithmetic::Exact);
  for (int32_t token : tokens)
    EXPECT_EQ(one.run(token), two.run(token));
}

TEST_F(InterpreterTest, AFloat32CacheIsLmAttention) {
  OwningOpRef<ModuleOp> implicit = model(kFloatBlock);
  OwningOpRef<ModuleOp> placed =
      model({cacheOf("f32", 3, 64), std::string(kFloatAttention) + kCachedAttention + kFloatRest});
  OwningOpRef<ModuleOp> rounded =
      model({cacheOf("f16", 3, 64), std::string(kFloatAttention) + kCachedAttention + kFloatRest});
  for (Arithmetic arithmetic : kBoth) {
    std::vector<float> expected = logits(*implicit, arithmetic), half = logits(*rounded, arithmetic);
    EXPECT_EQ(logits(*placed, arithmetic), expected);
    EXPECT_NE(half, expected) << "float16 must be rounded to";
  }
}

TEST_F(InterpreterTest, FusedOpsAreTheirParts) {
  OwningOpRef<ModuleOp> apart = model(kFloatBlock);
  OwningOpRef<ModuleOp> fused = model({"", std::string(R"(
    %n = lm.rms_norm %h, @norm epsilon 1.0e-05 : tensor<?x16xf32>
    %q0, %k0, %v = lm.qkv %n, @q, @k, @v : (tensor<?x16xf32>) -> (tensor<?x16xf32>, tensor<?x8xf32>, tensor<?x8xf32>)
    %q = lm.rope %q0 heads 4 theta 1.0e+04 scale 0.5 : tensor<?x16xf32>
    %k = lm.rope %k0 heads 2 theta 1.0e+04 : tensor<?x8xf32>
  )") + kAttention + R"(
    %x = lm.linear_residual %a, @o, %h : (tensor<?x16xf32>, tensor<?x16xf32>) -> tensor<?x16xf32>
    %m = lm.swiglu %x, @gate, @up : (tensor<?x16xf32>) -> tensor<?x16xf32>
    %y = lm.linear_residual %m, @o, %x : (tensor<?x16xf32>, tensor<?x16xf32>) -> tensor<?x16xf32>
  )"});
  for (Arithmetic arithmetic : kBoth)
    EXPECT_EQ(logits(*fused, arithmetic), logits(*apart, arithmetic));
}

TEST_F(InterpreterTest, FusedQuantizedOpsAreTheirParts) {
  OwningOpRef<ModuleOp> apart = model(kQuantizedBlock, "[0, 1, 2]", "as int8");
  OwningOpRef<ModuleOp> fused = model({"", std::string(R"(
    %n = lm.rms_norm_quantize %h, @norm epsilon 1.0e-05 : tensor<?x16xf32> -> !lm.quantized<16>
    %q0, %k0, %v = lm.qkv %n, @q, @k, @v : (!lm.quantized<16>) -> (tensor<?x16xf32>, tensor<?x8xf32>, tensor<?x8xf32>)
    %q = lm.rope %q0 heads 4 theta 1.0e+04 scale 0.5 : tensor<?x16xf32>
    %k = lm.rope %k0 heads 2 theta 1.0e+04 : tensor<?x8xf32>
  )") + kAttention + R"(
    %ac = lm.quantize %a : tensor<?x16xf32> -> !lm.quantized<16>
    %x = lm.linear_residual %ac, @o, %h : (!lm.quantized<16>, tensor<?x16xf32>) -> tensor<?x16xf32>
    %xc = lm.quantize %x : tensor<?x16xf32> -> !lm.quantized<16>
    %y = lm.swiglu %xc, @gate, @up : (!lm.quantized<16>) -> tensor<?x16xf32>
  )"},
                                      "[0, 1, 2]", "as int8");
  for (Arithmetic arithmetic : kBoth)
    EXPECT_EQ(logits(*fused, arithmetic), logits(*apart, arithmetic));
}

TEST_F(InterpreterTest, GeluScaleAndTheirFusion) {
  const std::string apart = R"(
    %g = lm.linear %h, @gate : (tensor<?x16xf32>) -> tensor<?x16xf32>
    %s = lm.gelu_tanh %g : tensor<?x16xf32>
    %u = lm.linear %h, @up : (tensor<?x16xf32>) -> tensor<?x16xf32>
    %m = lm.mul %s, %u : tensor<?x16xf32>
  )";
  const std::string fused = "%m = lm.geglu %h, @gate, @up : (tensor<?x16xf32>) -> tensor<?x16xf32>\n";
  const std::string twice = "%y = lm.scale %m by 2.0 : tensor<?x16xf32>\n",
                    sum = "%y = lm.add %m, %m : tensor<?x16xf32>\n";
  OwningOpRef<ModuleOp> parts = model({"", apart + sum}), whole = model({"", fused + twice});
  for (Arithmetic arithmetic : kBoth)
    EXPECT_EQ(logits(*whole, arithmetic), logits(*parts, arithmetic));
  std::string silu = apart;
  silu.replace(silu.find("gelu_tanh"), 9, "silu");
  EXPECT_NE(logits(*model({"", silu + sum}), Arithmetic::Exact), logits(*parts, Arithmetic::Exact));
}

TEST_F(InterpreterTest, MixingTwiceIsAFactor) {
  const std::string mixed = "%y = lm.hadamard %h in 4 : tensor<?x16xf32>\n",
                    twice =
                        "%m = lm.hadamard %h in 4 : tensor<?x16xf32>\n%y = lm.hadamard %m in 4 : tensor<?x16xf32>\n",
                    alone = "%y = lm.hadamard %h in 1 : tensor<?x16xf32>\n",
                    four = "%y = lm.scale %h by 4.0 : tensor<?x16xf32>\n",
                    one = "%y = lm.scale %h by 1.0 : tensor<?x16xf32>\n";
  for (Arithmetic arithmetic : kBoth) {
    EXPECT_EQ(logits(*model({"", alone}), arithmetic), logits(*model({"", one}), arithmetic));
    // Four additions of three visits, each off by 2^-24 of numbers of the order of four times the row's at most.
    const std::vector<float> found = logits(*model({"", twice}), arithmetic),
                             wanted = logits(*model({"", four}), arithmetic);
    ASSERT_EQ(found.size(), wanted.size());
    for (size_t i = 0; i < found.size(); ++i)
      EXPECT_NEAR(found[i], wanted[i], 12 * 16 * 0x1p-24 * 64);
    EXPECT_NE(logits(*model({"", mixed}), arithmetic), wanted);
  }
}

TEST_F(InterpreterTest, ExactArithmeticIsNearTheMeaning) {
  // Three visits of 12 operations in a row, a norm and the head. Each adds a relative error of at most about the square
  // root of its 16 products times 6e-8; logits are sums of 16 products of numbers of the order of 1 and 0.3, whose
  // deviation is 1.2 and of whose 352 the greatest is below 4: together 4 x 38 x 4 x 6e-8 = 3.6e-5 if none cancelled
  // (1e-6 is measured). Another formula would be off by tenths.
  OwningOpRef<ModuleOp> module = model(kFloatBlock);
  std::vector<float> meaning = logits(*module, Arithmetic::Double), exact = logits(*module, Arithmetic::Exact);
  for (size_t i = 0; i < exact.size(); ++i)
    EXPECT_NEAR(exact[i], meaning[i], 3.6e-5);
  EXPECT_NE(exact, meaning);
}

TEST_F(InterpreterTest, LaterTokensDoNotChangeEarlierLogits) {
  OwningOpRef<ModuleOp> module = model(kFloatBlock);
  std::vector<float> all = logits(*module, Arithmetic::Exact);
  std::vector<float> few = Interpreter(*module, source, Arithmetic::Exact).run(llvm::ArrayRef(tokens).take_front(4));
  EXPECT_EQ(few, std::vector<float>(all.begin(), all.begin() + 4 * 32));
}

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

TEST_F(InterpreterTest, RefusesTokensOutsideTheVocabulary) {
  OwningOpRef<ModuleOp> module = model(kFloatBlock);
  Interpreter interpreter(*module, source, Arithmetic::Double);
  EXPECT_EQ(errorOf([&] { interpreter.run({1, 32}); }), "token 32 is outside the vocabulary of 32");
  EXPECT_EQ(errorOf([&] { interpreter.run({-1}); }), "token -1 is outside the vocabulary of 32");
}

TEST_F(InterpreterTest, RefusesMoreThanTheCacheHolds) {
  const std::string ops = std::string(kFloatAttention) + kCachedAttention + kFloatRest;
  OwningOpRef<ModuleOp> module = model({cacheOf("f16", 3, 64), ops});
  Interpreter interpreter(*module, source, Arithmetic::Double);
  EXPECT_EQ(interpreter.run(std::vector<int32_t>(64, 1), Logits::Last).size(), 32u);
  EXPECT_EQ(errorOf([&] { interpreter.run({1}); }), "cache @cache has room for 64 positions, 65 are needed");

  OwningOpRef<ModuleOp> fewVisits = model({cacheOf("f16", 2, 64), ops});
  EXPECT_EQ(errorOf([&] { logits(*fewVisits, Arithmetic::Double); }),
            "cache @cache has room for 2 visits, the schedule has more");
}

TEST_F(InterpreterTest, RefusesAModuleWithoutForward) {
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>("func.func private @forward(tensor<?xi32>)", &context);
  EXPECT_EQ(errorOf([&] { Interpreter(*module, source, Arithmetic::Double); }),
            "the module has no function @forward from tensor<?xi32> to tensor<?xNxf32>");
}

} // namespace
