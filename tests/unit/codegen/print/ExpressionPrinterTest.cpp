//===- ExpressionPrinterTest.cpp - Expressions as C++ ---------------------===//

#include "codegen/print/ExpressionPrinter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>

using namespace Halide;
using namespace Halide::Internal;
using namespace weebill::print;

namespace {

/// Every name stands for itself.
class PlainScope : public ExpressionScope {
public:
  std::string identifier(const std::string &name) override { return name; }
  std::optional<std::string> held(const Expr &) override { return std::nullopt; }
  void declare(const std::string &name, const Expr &value) override {
    declarations += name + " = " + printExpression(value, *this) + "; ";
  }
  std::string declarations;
};

std::string print(const Expr &e) {
  PlainScope scope;
  return printExpression(e, scope);
}

Expr integer(const std::string &name) { return Variable::make(Int(32), name); }
Expr real(const std::string &name) { return Variable::make(Float(32), name); }
Expr call(Type type, Call::IntrinsicOp op, const std::vector<Expr> &arguments) {
  return Call::make(type, op, arguments, Call::PureIntrinsic);
}
Expr strictAdd(Expr a, Expr b) { return call(a.type(), Call::strict_add, {a, b}); }
Expr strictSub(Expr a, Expr b) { return call(a.type(), Call::strict_sub, {a, b}); }
Expr strictMul(Expr a, Expr b) { return call(a.type(), Call::strict_mul, {a, b}); }
Expr strictDiv(Expr a, Expr b) { return call(a.type(), Call::strict_div, {a, b}); }
Expr load(Type type, const std::string &buffer, Expr index) {
  return Load::make(type, buffer, index, Buffer<>(), Parameter(), const_true(type.lanes()), ModulusRemainder());
}

const Expr a = real("a"), b = real("b"), c = real("c"), i = integer("i"), j = integer("j");

} // namespace

TEST(ExpressionPrinter, ParenthesesOnlyWhereNeeded) {
  EXPECT_EQ(print(i * 4 + j), "i * 4 + j");
  EXPECT_EQ(print((i + j) * 4), "(i + j) * 4");
  EXPECT_EQ(print(Sub::make(i, Add::make(j, 1))), "i - (j + 1)");
  EXPECT_EQ(print(Sub::make(Sub::make(i, j), 1)), "i - j - 1");
  EXPECT_EQ(print(Mul::make(i, -3)), "i * -3");
  EXPECT_EQ(print(i < j + 1 && j == 3), "i < j + 1 && j == 3");
  EXPECT_EQ(print(!(i < j)), "!(i < j)");
  EXPECT_EQ(print(Select::make(i < j, i, j)), "i < j ? i : j");
  EXPECT_EQ(print(Add::make(Select::make(i < j, i, j), 1)), "(i < j ? i : j) + 1");
  EXPECT_EQ(print(call(Int(32), Call::shift_left, {i + 127, 23})), "(i + 127) << 23");
  EXPECT_EQ(print(call(Int(32), Call::bitwise_and, {i, 15})), "i & 15");
}

// Float sums are not regrouped: a right operand keeps its parentheses even where the sign is the same.
TEST(ExpressionPrinter, FloatGroupingIsKept) {
  EXPECT_EQ(print(strictAdd(strictAdd(a, b), c)), "a + b + c");
  EXPECT_EQ(print(strictAdd(a, strictAdd(b, c))), "a + (b + c)");
  EXPECT_EQ(print(strictMul(strictMul(a, b), c)), "a * b * c");
  EXPECT_EQ(print(strictMul(a, strictMul(b, c))), "a * (b * c)");
  EXPECT_EQ(print(strictDiv(a, strictMul(b, c))), "a / (b * c)");
  EXPECT_EQ(print(strictSub(strictMul(a, b), strictMul(b, c))), "a * b - b * c");
}

TEST(ExpressionPrinter, FloatLiteralsReadBackExactly) {
  for (float value : {0.1f, 1.0f / 255, 1e-20f, -0.0f, 3.4028235e38f, 1e-45f, 16777216.0f, -2.5f}) {
    const std::string text = print(FloatImm::make(Float(32), value));
    EXPECT_EQ(text.back(), 'f') << text;
    EXPECT_NE(text.find_first_of(".e"), std::string::npos) << text; // 1f is no literal
    const float back = std::strtof(text.c_str(), nullptr);
    EXPECT_EQ(std::memcmp(&back, &value, 4), 0) << text;
  }
  EXPECT_EQ(print(FloatImm::make(Float(32), 1)), "1.0f");
  EXPECT_EQ(print(FloatImm::make(Float(32), 0.1f)), "0.1f");
}

TEST(ExpressionPrinter, Vectors) {
  const Expr x = load(Float(32, 16), "x", Ramp::make(i * 16 + 32, 1, 16));
  EXPECT_EQ(print(x), "load<f32x16>(x + i * 16 + 32)");
  EXPECT_EQ(print(load(Float(32, 8), "x", Ramp::make(0, 1, 8))), "load<f32x8>(x)");
  EXPECT_EQ(print(load(Float(32), "x", i + 1)), "x[i + 1]");
  EXPECT_EQ(print(strictMul(x, Broadcast::make(a, 16))), "load<f32x16>(x + i * 16 + 32) * a"); // widened by C++
  EXPECT_EQ(print(strictMul(Broadcast::make(a + b, 16), x)), "(a + b) * load<f32x16>(x + i * 16 + 32)");
  EXPECT_EQ(print(Call::make(Float(32, 16), "fma", {x, Broadcast::make(a, 16), x}, Call::PureExtern)),
            "fma(load<f32x16>(x + i * 16 + 32), splat<f32x16>(a), load<f32x16>(x + i * 16 + 32))");
  EXPECT_EQ(print(LT::make(Ramp::make(i, 1, 16), Broadcast::make(j, 16))), "count_from<i32x16>(i) < j");
  EXPECT_EQ(print(Cast::make(Float(32, 16), load(Float(16, 16), "h", Ramp::make(0, 1, 16)))),
            "convert<f32x16>(load<f16x16>(h))");
  EXPECT_EQ(print(Cast::make(Float(32), i)), "f32(i)");
  EXPECT_EQ(print(Cast::make(Float(16), a)), "convert<f16>(a)");
}

TEST(ExpressionPrinter, GroupsOfFourProductsAreADotProduct) {
  for (int lanes : {8, 16}) {
    const Expr codes = Broadcast::make(load(UInt(8, 4), "codes", Ramp::make(i, 1, 4)), lanes);
    const Expr weights = load(Int(8, 4 * lanes), "w", Ramp::make(i * 16, 1, 4 * lanes));
    const Expr product = widening_mul(weights, codes);
    const Expr sum = VectorReduce::make(VectorReduce::Add, Cast::make(Int(32, 4 * lanes), product), lanes);
    const Expr accumulator = Variable::make(Int(32, lanes), "sum");
    const std::string weightsText = "load<i8x" + std::to_string(4 * lanes) + ">(w + i * 16)";
    EXPECT_EQ(print(Add::make(accumulator, sum)), "dot4(sum, repeat4(codes + i), " + weightsText + ")");
    EXPECT_EQ(print(Add::make(sum, accumulator)), "dot4(sum, repeat4(codes + i), " + weightsText + ")");
  }
}

TEST(ExpressionPrinter, LetsAreDeclaredBefore) {
  PlainScope scope;
  EXPECT_EQ(printExpression(Let::make("x", i + 1, integer("x") * 2), scope), "x * 2");
  EXPECT_EQ(scope.declarations, "x = i + 1; ");
}

TEST(ExpressionPrinter, WhatHasNoFaithfulTextIsRefused) {
  const Expr gather = load(Float(32, 16), "x", Variable::make(Int(32, 16), "indices"));
  const Expr strided = load(Float(32, 16), "x", Ramp::make(0, 2, 16));
  const Expr predicated = Load::make(Float(32, 16), "x", Ramp::make(0, 1, 16), Buffer<>(), Parameter(),
                                     Variable::make(UInt(1, 16), "mask"), ModulusRemainder());
  const Expr vector = load(Float(32, 16), "x", Ramp::make(0, 1, 16));
  EXPECT_THROW(print(gather), PrintError);
  EXPECT_THROW(print(strided), PrintError);
  EXPECT_THROW(print(predicated), PrintError);
  EXPECT_THROW(print(VectorReduce::make(VectorReduce::Max, vector, 1)), PrintError);
  EXPECT_THROW(print(Shuffle::make({vector}, {3, 1, 2, 0})), PrintError);
  EXPECT_THROW(print(Call::make(Float(32), "sinf", {a}, Call::PureExtern)), PrintError);
  EXPECT_THROW(print(Div::make(i, j)), PrintError); // Halide rounds down
  EXPECT_THROW(print(Mod::make(i, j)), PrintError);
  EXPECT_THROW(print(IntImm::make(Int(64), 5)), PrintError);
  EXPECT_THROW(print(FloatImm::make(Float(64), 0.5)), PrintError);
  EXPECT_THROW(print(FloatImm::make(Float(32), INFINITY)), PrintError);
  EXPECT_THROW(print(StringImm::make("text")), PrintError);
}
