//===- SavedStateTest.cpp - What a program would save of tokens -----------------===//
//
// That the bytes are a program's own is tested by tests/emitted/test_system_prompt.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/weights/SavedState.h"
#include "codegen/formats/Half.h"
#include "tests/unit/codegen/weights/SmallPlan.h"

#include <cstring>
#include <gtest/gtest.h>
#include <limits>
#include <numeric>
#include <stdexcept>

using namespace weebill;
using namespace weebill::weights;

namespace {

constexpr int64_t kPositions = 18, kHeadSize = 8; // more than a block of 16 positions

template <class T> T at(const std::vector<uint8_t> &bytes, int64_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

/// Key i of a position is 8 * position + i, and values are the same and a half.
std::vector<CachedVisit> visits(bool codes) {
  CachedVisit visit;
  visit.keys.resize(kPositions * kHeadSize);
  std::iota(visit.keys.begin(), visit.keys.end(), codes ? -70 : 0);
  visit.values = visit.keys;
  for (float &value : visit.values)
    value += codes ? 1 : 0.5f;
  if (codes) {
    visit.keyScales.assign(kPositions, 0.25f);
    visit.valueScales.assign(kPositions, 0.5f);
  }
  return std::vector<CachedVisit>(3, visit);
}

std::vector<int32_t> tokens() {
  std::vector<int32_t> ids(kPositions);
  std::iota(ids.begin(), ids.end(), 7);
  return ids;
}

TEST(SavedStateTest, KeysLieInBlocksOfPositions) {
  plan::ModelPlan plan = tests::smallPlan();
  for (plan::Element element : {plan::Element::F32, plan::Element::F16, plan::Element::I8}) {
    plan.cache.element = element;
    const bool codes = element == plan::Element::I8;
    const std::vector<uint8_t> body = savedStateBody(plan, tokens(), visits(codes));
    ASSERT_EQ(int64_t(body.size()) + 64, savedStateBytes(plan, kPositions));
    EXPECT_EQ(body.size() % 64, 0u);
    const int64_t size = element == plan::Element::F32 ? 4 : codes ? 1 : 2;
    const int64_t keys = kPositions * 5, values = keys + 32 * kHeadSize * size; // 18 positions take two blocks
    const auto number = [&](int64_t first, int64_t index) -> float {
      const int64_t place = first + index * size;
      return codes                           ? at<int8_t>(body, place)
             : element == plan::Element::F32 ? at<float>(body, place)
                                             : float(at<uint16_t>(body, place));
    };
    const auto stored = [&](float value) { return element == plan::Element::F16 ? formats::toHalf(value) : value; };
    EXPECT_EQ(at<int32_t>(body, 4 * 17), 7 + 17);
    if (codes) { // in fours of elements and of positions, keys with 128 added
      EXPECT_EQ(at<uint8_t>(body, keys + 4 * 5 + 3), 128 - 70 + 8 * 5 + 3);
      EXPECT_EQ(at<uint8_t>(body, keys + 4 * 16 + 4 * 5 + 1), 128 - 70 + 8 * 5 + 5);
      EXPECT_EQ(at<uint8_t>(body, keys + 16 * kHeadSize + 4 * 1 + 2), 128 - 70 + 8 * 17 + 2);
      EXPECT_EQ(at<uint8_t>(body, keys + 16 * kHeadSize + 4 * 2), 0); // behind the last position
      EXPECT_EQ(number(values, 4 * kHeadSize + 4 * 2 + 1), -69 + 8 * 5 + 2);
      EXPECT_EQ(number(values, 16 * kHeadSize + 4 * 2 + 1), -69 + 8 * 17 + 2);
      EXPECT_EQ(number(values, 16 * kHeadSize + 4 * 2 + 2), 0);
      EXPECT_EQ(at<float>(body, values + 20 * kHeadSize), 0.25f);
      EXPECT_EQ(at<float>(body, values + 20 * kHeadSize + 4 * kPositions), 0.5f);
      continue;
    }
    EXPECT_EQ(number(keys, 16 * 3 + 5), stored(8 * 5 + 3));
    EXPECT_EQ(number(keys, 16 * kHeadSize + 16 * 2 + 1), stored(8 * 17 + 2));
    EXPECT_EQ(number(keys, 16 * kHeadSize + 16 * 2 + 2), 0); // behind the last position
    EXPECT_EQ(number(values, 8 * 17 + 2), stored(0.5f + 8 * 17 + 2));
  }
}

TEST(SavedStateTest, WhatFloat16CannotHoldIsInfinite) {
  const plan::ModelPlan plan = tests::smallPlan();
  std::vector<CachedVisit> held = visits(false);
  held[0].keys[0] = 1e6f;
  held[0].values[0] = -std::numeric_limits<float>::infinity();
  const std::vector<uint8_t> body = savedStateBody(plan, tokens(), held);
  EXPECT_EQ(at<uint16_t>(body, kPositions * 5), 0x7c00);
  EXPECT_EQ(at<uint16_t>(body, kPositions * 5 + 32 * kHeadSize * 2), 0xfc00);
}

TEST(SavedStateTest, TheHashTellsWhoMayGoOn) {
  plan::ModelPlan plan = tests::smallPlan();
  const uint64_t hash = stateHash(plan, "0.1.0");
  EXPECT_EQ(stateHash(plan, "0.1.0"), hash);
  EXPECT_NE(stateHash(plan, "0.1.1"), hash);
  plan.cache.element = plan::Element::F32;
  EXPECT_NE(stateHash(plan, "0.1.0"), hash);
}

TEST(SavedStateTest, OfAWindowItHasTheEnd) {
  plan::ModelPlan plan = tests::smallPlan();
  plan.cache.element = plan::Element::F32;
  plan.cache.positions = 1024;
  const uint64_t whole = stateHash(plan, "");
  plan::StepPlan attention;
  attention.kind = plan::StepKind::Attention;
  attention.blockWindows = {9, 0};
  plan.schedule = {0, 1, 0};
  plan.decode.body.push_back({"attend", {attention}});
  EXPECT_NE(stateHash(plan, ""), whole);

  constexpr int64_t kTokens = 75, kKept = kTokens - 64; // the last token again sees 66 to 74
  CachedVisit visit;
  visit.keys.resize(kTokens * kHeadSize);
  std::iota(visit.keys.begin(), visit.keys.end(), 0.0f);
  visit.values = visit.keys;
  const std::vector<uint8_t> body =
      savedStateBody(plan, std::vector<int32_t>(kTokens, 1), std::vector<CachedVisit>(3, visit));
  ASSERT_EQ(int64_t(body.size()) + 64, savedStateBytes(plan, kTokens));
  const int64_t windowed = 4 * kHeadSize * (16 + kKept), all = 4 * kHeadSize * (80 + kTokens);
  EXPECT_EQ(int64_t(body.size()) / 64, (5 * kTokens + 2 * windowed + all + 63) / 64);
  EXPECT_EQ(at<float>(body, 5 * kTokens), 64 * kHeadSize);                      // the first key of block 0
  EXPECT_EQ(at<float>(body, 5 * kTokens + 4 * 16 * kHeadSize), 64 * kHeadSize); // and its first value
  EXPECT_EQ(at<float>(body, 5 * kTokens + windowed + 4 * 16), 1);               // of block 1, element 1 of position 0
}

TEST(SavedStateTest, OfAConvolutionItHasTheLastRows) {
  plan::ModelPlan plan = tests::smallPlan();
  plan.cache.element = plan::Element::F32;
  plan.cache.positions = 1024;
  const uint64_t whole = stateHash(plan, "");
  plan::StepPlan convolution;
  convolution.kind = plan::StepKind::GatedConvolution;
  convolution.arm = 1;
  plan.convolution = {3, 32};
  plan.schedule = {0, 1, 0};
  plan.blockArms = {1, 0};
  plan.decode.body.push_back({"convolve", {convolution}});
  EXPECT_NE(stateHash(plan, ""), whole);

  constexpr int64_t kTokens = 75, kKept = kTokens - 64; // the last token again sees 72 to 74
  CachedVisit attends, convolves;
  attends.keys.resize(kTokens * kHeadSize, 5.0f);
  attends.values = attends.keys;
  convolves.rows.resize(kTokens * 32);
  std::iota(convolves.rows.begin(), convolves.rows.end(), 0.0f);
  const std::vector<uint8_t> body =
      savedStateBody(plan, std::vector<int32_t>(kTokens, 1), {convolves, attends, convolves});
  ASSERT_EQ(int64_t(body.size()) + 64, savedStateBytes(plan, kTokens));
  const int64_t rows = 4 * 32 * kKept, keys = 4 * kHeadSize * 80;
  EXPECT_EQ(at<float>(body, 5 * kTokens), 64 * 32);                // the first row that is kept
  EXPECT_EQ(at<float>(body, 5 * kTokens + rows - 4), 75 * 32 - 1); // and the end of the last
  EXPECT_EQ(at<float>(body, 5 * kTokens + rows), 5);
  EXPECT_EQ(at<float>(body, 5 * kTokens + rows + keys + 4 * kHeadSize * kTokens), 64 * 32);
}

TEST(SavedStateTest, ACacheOfAnotherSizeIsAFault) {
  std::vector<CachedVisit> held = visits(false);
  held[1].values.pop_back();
  EXPECT_THROW(savedStateBody(tests::smallPlan(), tokens(), held), std::logic_error);
}

} // namespace
