//===- FitLinesTest.cpp - No line is too long, no word is lost ------------===//

#include "codegen/emit/FitLines.h"

#include <gtest/gtest.h>

using namespace weebill::emit;

TEST(FitLinesTest, WhatFitsStays) {
  const std::string text = "/* A comment\n * of two lines. */\nint a(int b);\n// one,\n// two\n\n#define A 1\n";
  EXPECT_EQ(fitLines(text), text);
}

TEST(FitLinesTest, LongCommentsAreFilledAnew) {
  const std::string word(50, 'x');
  EXPECT_EQ(fitLines("/* " + word + " a " + word + " b " + word + "\n * c. */\n"),
            "/* " + word + " a " + word + " b\n * " + word + " c. */\n");
}

TEST(FitLinesTest, ParagraphsAndIndentedPartsStayApart) {
  const std::string word(60, 'x');
  EXPECT_EQ(fitLines("/* A.\n *\n * " + word + " " + word + "\n * b\n *\n *   c++ main.c\n */\n"),
            "/* A.\n *\n * " + word + "\n * " + word + " b\n *\n *   c++ main.c\n */\n");
}

TEST(FitLinesTest, DeclarationsAreBrokenAnew) {
  const std::string name(90, 'n');
  EXPECT_EQ(fitLines("int " + name + "(int a,\n        int b, int count) {\n  return a;\n}\n"),
            "int " + name + "(int a, int b,\n    int count) {\n  return a;\n}\n");
  EXPECT_EQ(fitLines("int " + name + "(int a) { return a * a * a; }\n"),
            "int " + name + "(int a) {\n  return a * a * a;\n}\n");
  EXPECT_EQ(fitLines("int f(int a,\n    int b);\n"), "int f(int a, int b);\n");
}
