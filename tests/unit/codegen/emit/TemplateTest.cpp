//===- TemplateTest.cpp - Text with named holes ---------------------------===//

#include "codegen/emit/Template.h"
#include "codegen/print/FloatLiteral.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <limits>
#include <sstream>
#include <stdexcept>

using namespace weebill::emit;
using namespace weebill::print;

TEST(TemplateTest, FillsNamesAndRefusesHoles) {
  EXPECT_EQ(fill("$a + $b_2;", {{"a", "x"}, {"b_2", "y"}}), "x + y;");
  EXPECT_EQ(fill("no holes", {}), "no holes");
  EXPECT_THROW(fill("$missing", {{"a", "x"}}), std::logic_error);
  EXPECT_THROW(fill("cost: $", {}), std::logic_error);
}

TEST(TemplateTest, DoesNotFillTwice) { EXPECT_EQ(fill("$a", {{"a", "$b"}, {"b", "z"}}), "$b"); }

TEST(TemplateTest, IndentsLinesThatHoldSomething) { EXPECT_EQ(indent("a\n\nb\n", 2), "  a\n\n  b\n"); }

TEST(TemplateTest, RulersAreOfOneWidth) {
  EXPECT_EQ(ruler("sizes").size(), ruler("weights and more").size());
  EXPECT_EQ(ruler("sizes").find('\n'), 79u);
}

TEST(TemplateTest, CommentsBreakAtSpaces) {
  std::string text = comment(std::string(60, 'a') + " " + std::string(60, 'b'));
  EXPECT_EQ(text, "// " + std::string(60, 'a') + "\n// " + std::string(60, 'b') + "\n");
}

TEST(TemplateTest, QuotesEveryByte) {
  EXPECT_EQ(stringLiteral("<|im_start|>user\n"), "\"<|im_start|>user\\n\"");
  EXPECT_EQ(stringLiteral("say \"hi\" \\"), "\"say \\\"hi\\\" \\\\\"");
  EXPECT_EQ(stringLiteral("\xc3\xa9"
                          "1"),
            "\"\\303\\2511\""); // an escape never swallows the digit behind it
  EXPECT_EQ(stringLiteral("?"
                          "?="),
            "\"\\?\\?=\"");
}

TEST(TemplateTest, LongTextsAreSeveralLiterals) {
  EXPECT_EQ(longLiteral("short"), "\"short\"");
  const std::string words = std::string(60, 'a') + " " + std::string(60, 'b');
  EXPECT_EQ(longLiteral(words), "\n    \"" + std::string(60, 'a') + " \"\n    \"" + std::string(60, 'b') + "\"");
  std::string joined;
  std::istringstream lines(longLiteral(std::string(300, '\n')));
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 4 + 100u);
    if (!line.empty())
      joined += line.substr(5, line.size() - 6);
  }
  std::string escapes;
  for (int i = 0; i < 300; ++i)
    escapes += "\\n";
  EXPECT_EQ(joined, escapes);
}

TEST(FloatLiteralTest, ReadsBackAsTheSameFloat) {
  EXPECT_EQ(floatLiteral(0.125f), "0.125f");
  EXPECT_EQ(floatLiteral(1.0f), "1.0f");
  for (float value : {1e-5f, 0.1f, 1e-20f, 3.4e38f, 1.17549435e-38f, 1e-45f, 0.0883883461f})
    EXPECT_EQ(std::strtof(floatLiteral(value).c_str(), nullptr), value) << floatLiteral(value);
  EXPECT_THROW(floatLiteral(std::numeric_limits<float>::infinity()), std::logic_error);
}
