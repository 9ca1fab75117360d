//===- AccuracyTest.cpp ---------------------------------------------------===//
//
// What was measured takes the place of the section that says how to measure, and of what was measured before.
//
//===----------------------------------------------------------------------===//

#include "codegen/report/Accuracy.h"

#include "codegen/report/Report.h"
#include "tests/unit/codegen/report/DeepAndThinPlan.h"
#include "tests/unit/codegen/report/WellFormed.h"

#include <gtest/gtest.h>
#include <stdexcept>

using namespace weebill;
using namespace weebill::report;
using namespace weebill::tests;

namespace {

std::string page() {
  const plan::ModelPlan plan = deepAndThinPlan();
  return emitReport(plan, *targets::findTarget("x86-64-v3"), weights::layOutWeights(plan, {}), {});
}

Accuracy someAccuracy() {
  return {.text = "LICENSE",
          .reference = "<img src=x>.gguf",
          .tokens = 1024,
          .window = 512,
          .perplexity = 12.345,
          .referencePerplexity = 12.25,
          .divergence = 0.00351,
          .highest99 = 0.0212,
          .sameTop = 0.97,
          .layerTokens = 128,
          .visits = {{0, {{"q", 0.01}, {"down", 0.02}}}, {1, {{"q", 0.03}}}, {-1, {{"head", 0.004}}}}};
}

bool has(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }

TEST(AccuracyTest, APageSaysHowToMeasure) {
  EXPECT_TRUE(has(page(), unmeasuredSection()));
  EXPECT_TRUE(has(page(), "<a href=\"#accuracy\">Accuracy</a>"));
}

TEST(AccuracyTest, WhatWasMeasuredTakesItsPlace) {
  const std::string measured = withAccuracy(page(), someAccuracy());
  EXPECT_EQ(markupProblem(measured), "");
  EXPECT_FALSE(has(measured, "Not measured"));
  for (const char *part : {"12.35", "12.25", "0.0035", "0.021", "97.0 %", "<code>LICENSE</code>",
                           "&lt;img src=x&gt;.gguf", "head 0.0040", "<b>0.0300</b>", "<b>0.0200</b>", "0.0100"})
    EXPECT_TRUE(has(measured, part)) << part;
  EXPECT_FALSE(has(measured, "<b>0.0100</b>"));
  // All else stays what it was.
  const std::string before = page(), section = unmeasuredSection();
  const size_t at = before.find(section);
  EXPECT_EQ(measured.substr(0, at), before.substr(0, at));
  EXPECT_TRUE(measured.ends_with(before.substr(at + section.size())));
}

TEST(AccuracyTest, ANewMeasurementReplacesTheOld) {
  const std::string once = withAccuracy(page(), someAccuracy());
  EXPECT_EQ(withAccuracy(once, someAccuracy()), once);
  Accuracy other = someAccuracy();
  other.visits.clear();
  const std::string again = withAccuracy(once, other);
  EXPECT_TRUE(has(again, "--layers"));
  EXPECT_FALSE(has(again, "head 0.0040"));
}

TEST(AccuracyTest, APageWithoutAPlaceIsRefused) {
  EXPECT_THROW(withAccuracy("<html></html>", someAccuracy()), std::invalid_argument);
  EXPECT_THROW(withAccuracy("<section id=\"accuracy\">", someAccuracy()), std::invalid_argument);
}

} // namespace
