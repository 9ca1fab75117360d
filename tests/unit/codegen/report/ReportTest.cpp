//===- ReportTest.cpp - The page of the compile report --------------------===//
//
// What the browser makes of it is tested by tests/python/test_report.py.

#include "codegen/report/Report.h"

#include "tests/unit/codegen/report/DeepAndThinPlan.h"
#include "tests/unit/codegen/report/WellFormed.h"

#include <gtest/gtest.h>

using namespace weebill::plan;
using namespace weebill::report;
using namespace weebill::targets;
using namespace weebill::tests;
using namespace weebill::weights;

namespace {

ReportInputs someInputs() {
  ReportInputs inputs;
  inputs.version = "1.2.3";
  inputs.kernels = {
      {"linear_576", {"y = w . codes", "  6 row blocks side by side"}, {"qkv", "head"}, "inline void f();"}};
  inputs.sources = {{"The plan", "buffer x <f32>"}};
  return inputs;
}

std::string report(const ModelPlan &plan, const char *target = "x86-64-avx512vnni",
                   const ReportInputs &inputs = someInputs()) {
  return emitReport(plan, *findTarget(target), layOutWeights(plan, {{"tokenizer", 1000}}), inputs);
}

size_t count(const std::string &text, const std::string &part) {
  size_t times = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size())
    ++times;
  return times;
}

bool has(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }

TEST(ReportTest, IsWellFormed) {
  EXPECT_EQ(markupProblem(report(deepAndThinPlan())), "");
  EXPECT_EQ(markupProblem(report(sharedPlan(), "x86-64-v3")), "");
}

TEST(ReportTest, TheSameInputGivesTheSameBytes) { EXPECT_EQ(report(deepAndThinPlan()), report(deepAndThinPlan())); }

TEST(ReportTest, LoadsNothingAndRunsNothing) {
  const std::string page = report(deepAndThinPlan());
  for (const char *word : {"<script", " src=", "url(", "@import", "<link", "<img", "<iframe", "javascript:", " onload"})
    EXPECT_FALSE(has(page, word)) << word;
  EXPECT_TRUE(has(page, "default-src 'none'")) << "the browser is told so too";
  EXPECT_EQ(count(page, "http"), 2 + count(page, "<svg ")) << "names of XML namespaces, and http-equiv";
}

TEST(ReportTest, ShowsEveryPhaseOfBothRoutes) {
  const std::string page = report(deepAndThinPlan());
  EXPECT_EQ(count(page, "<tr class=\"phase\">"), 7u + 10u) << "embed, 5, head; embed, 9";
  for (const char *name : {"attention_out_residual", "gate_up_swiglu", "down_residual", "attend", "head"})
    EXPECT_TRUE(has(page, std::string("<code>") + name + "</code>")) << name;
  EXPECT_TRUE(has(page, "2 threads: 7+8")) << "15 heads of query, key and value";
}

TEST(ReportTest, ShowsWhatWasFusedAndKernelsWithTheirNumbers) {
  const std::string page = report(deepAndThinPlan());
  EXPECT_TRUE(has(page, "query, key and value are rows of one matrix"));
  EXPECT_TRUE(has(page, "because a row&#39;s range needs the whole row"));
  EXPECT_TRUE(has(page, "6 row blocks side by side"));
  EXPECT_TRUE(has(page, "buffer x &lt;f32&gt;"));
}

TEST(ReportTest, TellsSharedBlocksFromOthers) {
  const std::string once = report(deepAndThinPlan()), twice = report(sharedPlan());
  EXPECT_TRUE(has(once, "Every block is visited once"));
  EXPECT_FALSE(has(once, "class=\"visit behind\""));
  EXPECT_EQ(count(twice, "class=\"visit behind\""), 15u);
  EXPECT_FALSE(has(once, "What a visit finds of the visit before"));
  EXPECT_TRUE(has(twice, "What a visit finds of the visit before"));
  EXPECT_TRUE(has(twice, "<td>100 % from L2</td>")) << "with two threads";
}

TEST(ReportTest, SaysWhatFewerBitsWouldGive) {
  EXPECT_FALSE(has(report(deepAndThinPlan()), "What fewer bits would give")) << "no visit finds anything";
  const std::string page = report(sharedPlan());
  EXPECT_TRUE(has(page, "6.5 bits for int6, 5.5 bits for int5, 5.0 bits for int4, scales included"));
  const size_t table = page.find("What fewer bits would give");
  ASSERT_NE(table, page.npos);
  const std::string rows = page.substr(table, page.find("</table>", table) - table);
  EXPECT_EQ(count(rows, "<tr>"), 1u + 4u) << "a head, and a row for each number of threads";
}

TEST(ReportTest, SaysWhatWasMeasuredAndWhatNot) {
  ReportInputs inputs = someInputs();
  EXPECT_FALSE(has(report(deepAndThinPlan(), "x86-64-v3", inputs), "<td>measured</td>"));
  inputs.readBandwidth = MeasuredBandwidth{24e9, 2};
  const std::string page = report(deepAndThinPlan(), "x86-64-v3", inputs);
  EXPECT_EQ(count(page, "<td>measured</td>"), 2u);
  EXPECT_TRUE(has(page, "24.0\xE2\x80\xAFGB/s")) << "all threads";
  EXPECT_TRUE(has(page, "12.0\xE2\x80\xAFGB/s")) << "one of the two";
}

/// Names come from model files, which come from strangers.
TEST(ReportTest, EscapesEveryName) {
  const std::string evil = "</code></title><script>alert(1)</script>\"'&\xFF";
  ModelPlan plan = deepAndThinPlan();
  plan.name = plan.source = evil;
  for (WeightPlan &weight : plan.weights) {
    weight.name += evil;
    for (auto &parts : weight.sources)
      for (std::string &source : parts)
        source = evil;
  }
  for (BufferPlan &buffer : plan.buffers)
    buffer.name += evil;
  for (RoutePlan *route : {&plan.decode, &plan.prefill})
    for (auto *part : {&route->before, &route->body, &route->after})
      for (PhasePlan &phase : *part) {
        phase.name += evil;
        for (StepPlan &step : phase.steps)
          step.role += evil;
      }
  plan.fused.push_back(evil);
  plan.notFused.push_back(evil);
  ReportInputs inputs = someInputs();
  inputs.version = evil;
  inputs.kernels.push_back({evil, {evil}, {evil}, evil});
  inputs.sources.push_back({evil, evil});
  const std::string page =
      emitReport(plan, *findTarget("x86-64-v3"), layOutWeights(plan, {{"section" + evil, 10}}), inputs);
  EXPECT_FALSE(has(page, "<script"));
  EXPECT_FALSE(has(page, "\xFF"));
  EXPECT_EQ(markupProblem(page), "");
}

/// Plans at the edges must not divide by zero or run forever.
TEST(ReportTest, EdgesOfTheSizes) {
  ModelPlan tiny = deepAndThinPlan();
  tiny.sizes.context = 1;
  EXPECT_EQ(markupProblem(report(tiny)), "");
  EXPECT_FALSE(has(report(tiny), "nan")) << "a first token has no others before it";
  EXPECT_FALSE(has(report(tiny), "inf "));

  ModelPlan bare = deepAndThinPlan(); // no blocks at all: an embedding and a head
  bare.schedule.clear();
  bare.decode.body.clear();
  bare.prefill.body.clear();
  bare.cache.visits = 0;
  bare.fused.clear();
  bare.notFused.clear();
  EXPECT_EQ(markupProblem(report(bare)), "");
}

} // namespace
