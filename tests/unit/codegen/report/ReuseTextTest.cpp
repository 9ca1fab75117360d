//===- ReuseTextTest.cpp - Reuse in words ---------------------------------===//

#include "codegen/report/ReuseText.h"

#include "tests/unit/codegen/report/DeepAndThinPlan.h"

#include <gtest/gtest.h>

using namespace weebill::plan;
using namespace weebill::report;
using namespace weebill::targets;
using namespace weebill::tests;
using namespace weebill::weights;

namespace {

const Target &target() { return *findTarget("x86-64-avx512vnni"); }

std::vector<std::string> lines(const ModelPlan &plan, const Caches &caches) {
  return reuseLines(plan, target(), layOutWeights(plan), caches);
}

bool has(const std::string &text, const std::string &part) { return text.find(part) != text.npos; }

TEST(ReuseText, SourcesAreNamedIfTheyMatter) {
  EXPECT_EQ(inWords(Sources{0, 1, 0, 0}), "100 % from L2");
  EXPECT_EQ(inWords(Sources{0.001, 0.309, 0, 0.69}), "31 % from L2, 69 % from memory");
  EXPECT_EQ(inWords(Sources{0.1, 0.2, 0.3, 0.4}), "10 % from L1, 20 % from L2, 30 % from L3, 40 % from memory");
}

TEST(ReuseText, CachesHaveTheirOwnUnits) {
  EXPECT_EQ(inWords(Caches{{48 << 10, 1}, {2 << 20, 1}, {480 << 20, 2}, true}),
            "L1 48 KiB, L2 2 MiB, L3 480 MiB for 2 threads");
  EXPECT_EQ(inWords(Caches{{32 << 10, 2}, {1280 << 10, 2}, {0, 1}, true}),
            "L1 32 KiB for 2 threads, L2 1.2 MiB for 2 threads, no L3");
}

TEST(ReuseText, ModelsWithoutSharingHaveNothingToSay) {
  EXPECT_TRUE(lines(deepAndThinPlan(), cachesOf(target())).empty());
}

TEST(ReuseText, HalfABlockFits) {
  const std::vector<std::string> text = lines(sharedPlan(), cachesOf(target()));
  ASSERT_EQ(text.size(), 4u);
  EXPECT_TRUE(has(text[0], "L1 48 KiB, L2 2 MiB, L3 32 MiB for 16 threads (a typical machine):")) << text[0];
  EXPECT_TRUE(has(text[1], "1 thread:  3.4 MiB of a block for each; weights ")) << text[1];
  EXPECT_TRUE(has(text[1], "% from L3")) << text[1];
  EXPECT_TRUE(has(text[2], "2 threads: 1.7 MiB of a block for each; weights 100 % from L2, 0.")) << text[2];
}

/// Four cores with 512 KiB each and 2 MiB together: a quarter of the block is 0.9 MiB, the block 3.4.
TEST(ReuseText, OnASmallComputerABlockFitsInPart) {
  const std::vector<std::string> text = lines(sharedPlan(), cachesOf(*findTarget("aarch64-dotprod")));
  ASSERT_EQ(text.size(), 4u);
  EXPECT_TRUE(has(text[3], "4 threads: 888 KiB of a block for each; weights ")) << text[3];
  EXPECT_TRUE(has(text[3], "% from L2")) << text[3];
  EXPECT_TRUE(has(text[3], "% from memory")) << text[3];
  EXPECT_FALSE(has(text[3], "100 %")) << text[3];
}

} // namespace
