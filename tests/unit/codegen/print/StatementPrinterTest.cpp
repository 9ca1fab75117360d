//===- StatementPrinterTest.cpp - Statements as C++ -----------------------===//

#include "codegen/print/StatementPrinter.h"
#include "codegen/print/Names.h"
#include "codegen/print/PrepareStatement.h"
#include "codegen/print/WrapLine.h"

#include <gtest/gtest.h>

using namespace Halide;
using namespace Halide::Internal;
using namespace weebill::print;

namespace {

Expr load(Type type, const std::string &buffer, Expr index) {
  return Load::make(type, buffer, index, Buffer<>(), Parameter(), const_true(type.lanes()), ModulusRemainder());
}
Stmt store(const std::string &buffer, Expr value, Expr index) {
  return Store::make(buffer, value, index, Parameter(), const_true(value.type().lanes()), ModulusRemainder());
}
Expr place(Expr first, int lanes = 16) { return Ramp::make(first, 1, lanes); }
Expr vector(const std::string &buffer, Expr first) { return load(Float(32, 16), buffer, place(first)); }
Stmt loop(const std::string &name, Expr extent, Stmt body, ForType type = ForType::Serial) {
  return For::make(name, 0, extent, type, Partition::Auto, DeviceAPI::None, body);
}
Stmt allocate(const std::string &name, Type type, int elements, Stmt body) {
  return Allocate::make(name, type, MemoryType::Auto, {elements}, const_true(), body);
}
Expr add(Expr a, Expr b) { return Call::make(a.type(), Call::strict_add, {a, b}, Call::PureIntrinsic); }
Expr multiply(Expr a, Expr b) { return Call::make(a.type(), Call::strict_mul, {a, b}, Call::PureIntrinsic); }

std::string print(const Stmt &s) { return printStatement(s, {{"x", "x"}, {"y$3", "y"}, {"n", "n"}}); }

const Expr zeros = Broadcast::make(FloatImm::make(Float(32), 0), 16);
const Expr i = Variable::make(Int(32), "y.s0.i$x");

} // namespace

TEST(StatementPrinter, LoopsRunOverElements) {
  const Stmt body = store("y$3", vector("x", i * 16 + 64), place(i * 16));
  EXPECT_EQ(print(loop("y.s0.i$x", 9, body)), "  for (i32 i = 0; i < 144; i += 16) {\n"
                                              "    store(y + i, load<f32x16>(x + i + 64));\n"
                                              "  }\n");
  const Expr n = Variable::make(Int(32), "n");
  EXPECT_EQ(print(loop("y.s0.i$x", n, body)), "  for (i32 i = 0; i < n * 16; i += 16) {\n"
                                              "    store(y + i, load<f32x16>(x + i + 64));\n"
                                              "  }\n");
  // An index that is no multiple: the loop stays as it is.
  EXPECT_EQ(print(loop("y.s0.i$x", 9, store("y$3", load(Float(32), "x", i), i * 16))),
            "  for (i32 i = 0; i < 9; ++i) {\n"
            "    y[i * 16] = x[i];\n"
            "  }\n");
}

TEST(StatementPrinter, SmallAccumulatorsAreNamedLocals) {
  const Stmt clear = Block::make(store("sum", zeros, place(0)), store("sum", zeros, place(16)));
  const Stmt step = Block::make(store("sum", add(vector("sum", 0), vector("x", i * 32)), place(0)),
                                store("sum", add(vector("sum", 16), vector("x", i * 32 + 16)), place(16)));
  const Stmt result = Block::make(store("y$3", vector("sum", 0), place(0)), store("y$3", vector("sum", 16), place(16)));
  const Stmt all = allocate("sum", Float(32), 32, Block::make({clear, loop("y.s0.i$x", 4, step), result}));
  EXPECT_EQ(print(all), "  f32x16 sum_0 = {}, sum_1 = {};\n"
                        "  for (i32 i = 0; i < 128; i += 32) {\n"
                        "    sum_0 = sum_0 + load<f32x16>(x + i);\n"
                        "    sum_1 = sum_1 + load<f32x16>(x + i + 16);\n"
                        "  }\n"
                        "  store(y, sum_0);\n"
                        "  store(y + 16, sum_1);\n");
}

TEST(StatementPrinter, BuffersIndexedByVariablesAreArrays) {
  const Stmt body = Block::make(store("row", vector("x", 0), place(0)),
                                loop("y.s0.i$x", 16, store("y$3", load(Float(32), "row", i), i)));
  EXPECT_EQ(print(allocate("row", Float(32), 16, body)), "  alignas(64) f32 row[16];\n"
                                                         "  store(row, load<f32x16>(x));\n"
                                                         "  for (i32 i = 0; i < 16; ++i) {\n"
                                                         "    y[i] = row[i];\n"
                                                         "  }\n");
}

TEST(StatementPrinter, ValuesReadTwiceHaveAName) {
  const Stmt both = Block::make(store("y$3", multiply(vector("x", 0), vector("x", 0)), place(0)),
                                store("y$3", add(vector("x", 0), vector("x", 16)), place(16)));
  EXPECT_EQ(print(both), "  const f32x16 x_0 = load<f32x16>(x);\n"
                         "  store(y, x_0 * x_0);\n"
                         "  store(y + 16, x_0 + load<f32x16>(x + 16));\n");
  // Not if one of the statements may change what the next would read.
  const Stmt inPlace = Block::make(store("x", multiply(vector("x", 0), vector("x", 0)), place(0)),
                                   store("y$3", add(vector("x", 0), vector("x", 0)), place(0)));
  EXPECT_EQ(print(inPlace), "  store(x, load<f32x16>(x) * load<f32x16>(x));\n"
                            "  store(y, load<f32x16>(x) + load<f32x16>(x));\n");
}

// Halide's own lets are counted through the whole process: t17 today, t583 tomorrow.
TEST(StatementPrinter, TextDoesNotDependOnCounters) {
  auto program = [](const std::string &letName, const std::string &buffer) {
    const Expr shared = Variable::make(Float(32, 16), letName);
    return allocate(buffer, Float(32), 16,
                    Block::make(store(buffer, Let::make(letName, vector("x", 0), multiply(shared, shared)), place(0)),
                                store("y$3", load(Float(32, 16), buffer, place(0)), place(0))));
  };
  const std::string text = print(program("t17", "square"));
  EXPECT_EQ(text, print(program("t583", "square$4")));
  EXPECT_EQ(text, "  const f32x16 x_0 = load<f32x16>(x);\n"
                  "  const f32x16 square = x_0 * x_0;\n"
                  "  store(y, square);\n");
}

TEST(StatementPrinter, NamesAreUniqueWhereTheyAreVisible) {
  const Expr outer = Variable::make(Int(32), "y.s0.i"), inner = Variable::make(Int(32), "z.s1.i");
  const Stmt nested = loop("y.s0.i", 4, loop("z.s1.i", 5, store("y$3", load(Float(32), "x", inner), outer)));
  EXPECT_EQ(print(Block::make(nested, nested)), "  for (i32 i = 0; i < 4; ++i) {\n"
                                                "    for (i32 i_1 = 0; i_1 < 5; ++i_1) {\n"
                                                "      y[i] = x[i_1];\n"
                                                "    }\n"
                                                "  }\n"
                                                "  for (i32 i = 0; i < 4; ++i) {\n"
                                                "    for (i32 i_1 = 0; i_1 < 5; ++i_1) {\n"
                                                "      y[i] = x[i_1];\n"
                                                "    }\n"
                                                "  }\n");
}

TEST(StatementPrinter, Branches) {
  const Expr n = Variable::make(Int(32), "n");
  const Stmt branch =
      IfThenElse::make(n < 3, store("y$3", load(Float(32), "x", 0), 0), store("y$3", load(Float(32), "x", 1), 0));
  EXPECT_EQ(print(branch), "  if (n < 3) {\n    y[0] = x[0];\n  } else {\n    y[0] = x[1];\n  }\n");
}

TEST(StatementPrinter, PrefetchesTakeAnAddress) {
  const Expr there = load(Float(32), "x", Variable::make(Int(32), "n") + 16);
  const Stmt ask = Evaluate::make(Call::make(Int(32), "prefetch", {there}, Call::Extern));
  EXPECT_EQ(print(ask), "  prefetch(x + n + 16);\n");
}

TEST(StatementPrinter, WhatHasNoFaithfulTextIsRefused) {
  const Stmt plain = store("y$3", vector("x", 0), place(0));
  const Expr mask = Variable::make(UInt(1, 16), "mask");
  EXPECT_THROW(print(Store::make("y$3", zeros, place(0), Parameter(), mask, ModulusRemainder())), PrintError);
  EXPECT_THROW(print(store("y$3", zeros, Ramp::make(0, 2, 16))), PrintError);                  // strided
  EXPECT_THROW(print(store("y$3", zeros, Variable::make(Int(32, 16), "places"))), PrintError); // scatter
  EXPECT_THROW(print(loop("i", 4, plain, ForType::Parallel)), PrintError);
  EXPECT_THROW(print(store("z", zeros, place(0))), PrintError); // unknown buffer
  EXPECT_THROW(print(store("y$3", load(Float(32), "x", Variable::make(Int(32), "k")), 0)),
               PrintError); // unknown variable
  EXPECT_THROW(print(Evaluate::make(Call::make(Int(32), "prefetch", {1}, Call::Extern))), PrintError);
  EXPECT_THROW(print(AssertStmt::make(Variable::make(Bool(), "ok"), 1)), PrintError);
  EXPECT_THROW(print(Allocate::make("run_time", Float(32), MemoryType::Auto, {Variable::make(Int(32), "n")},
                                    const_true(), loop("i", 4, store("run_time", 1.0f, Variable::make(Int(32), "i"))))),
               PrintError);
  EXPECT_THROW(print(allocate("sum", Float(32), 16, store("y$3", vector("sum", 0), place(0)))),
               PrintError); // never written
}

TEST(PrepareStatement, SumsInIndicesAreMultipliedOut) {
  const Expr j = Variable::make(Int(32), "j"), k = Variable::make(Int(32), "k");
  auto index = [](const Expr &e) { return prepareStatement(store("y", Expr(1.0f), e)).as<Store>()->index; };
  EXPECT_TRUE(equal(index((j + k * 64) * 64 + 16), j * 64 + k * 4096 + 16));
  EXPECT_TRUE(equal(index(j - (k + 3) * 2), j - k * 2 - 6));
  EXPECT_TRUE(equal(index(j + 5), j + 5));
}

TEST(Names, AreCleanAndLegal) {
  EXPECT_EQ(Names::clean("sum.s1.k$y"), "k");
  EXPECT_EQ(Names::clean("codes$3"), "codes");
  EXPECT_EQ(Names::clean("f.0"), "n0");
  Names names;
  EXPECT_EQ(names.bind("exp.s0.exp", "exp"), "exp_1"); // a function of the vector section
  EXPECT_EQ(names.bind("i.s0.for", "for"), "for_1");
  EXPECT_EQ(names.fresh("x"), "x_0");
  EXPECT_EQ(names.fresh("x"), "x_1");
  names.enterScope();
  EXPECT_EQ(names.fresh("x"), "x_2");
  names.leaveScope();
  EXPECT_EQ(names.fresh("x"), "x_2");
}

TEST(WrapLine, BreaksWhereParenthesesAreLeastDeep) {
  EXPECT_EQ(wrapLine("short", 2), "  short\n");
  const std::string product(50, 'p'), call = "f(" + std::string(30, 'a') + ", " + std::string(30, 'b') + ")";
  EXPECT_EQ(wrapLine("const f32 y = " + product + " + " + call + ";", 2),
            "  const f32 y = " + product + " +\n      " + call + ";\n");
  const std::string word(300, 'w');
  EXPECT_EQ(wrapLine(word, 0), word + "\n"); // nowhere to break
}
