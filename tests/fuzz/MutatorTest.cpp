// The tools of fuzzing: changes are the same for the same seed and really change something, memory is counted.

#include "tests/fuzz/Mutator.h"
#include "tests/fuzz/MeteredMemory.h"

#include <gtest/gtest.h>
#include <memory>
#include <new>
#include <set>

namespace weebill::fuzz {
namespace {

TEST(MutatorTest, TheSameSeedMakesTheSameInput) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    Random one(seed), two(seed);
    std::string bytes = "a right input, 1 2 3", again = bytes, text = "{\"a\": [1, 2]}", text_again = text;
    mutateBytes(bytes, one);
    mutateText(text, {"word"}, one);
    mutateBytes(again, two);
    mutateText(text_again, {"word"}, two);
    EXPECT_EQ(bytes, again);
    EXPECT_EQ(text, text_again);
  }
}

TEST(MutatorTest, InputsAreChangedInManyWays) {
  std::set<std::string> bytes, texts;
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    Random random(seed);
    bytes.insert("a right input, 1 2 3");
    std::string one = "a right input, 1 2 3", two = "{\"a\": [1, 2]}";
    mutateBytes(one, random);
    mutateText(two, {"word"}, random);
    bytes.insert(one);
    texts.insert(two);
  }
  EXPECT_GT(bytes.size(), 800u);
  EXPECT_GT(texts.size(), 700u);
}

TEST(MutatorTest, NothingIsAnInputToo) {
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    Random random(seed);
    std::string bytes, text;
    mutateBytes(bytes, random);
    mutateText(text, {}, random);
  }
}

TEST(MeteredMemoryTest, CountsWhatIsLiveAtOneTime) {
  startMetering();
  for (int i = 0; i < 10; ++i)
    std::make_unique<char[]>(100'000)[i] = 1;
  EXPECT_GE(peakBytes(), 100'000u);
  EXPECT_LT(peakBytes(), 200'000u);
  const std::string one(50'000, 'x'), two(60'000, 'x');
  EXPECT_GE(peakBytes(), 110'000u);
}

TEST(MeteredMemoryTest, TheLimitIsKept) {
  startMetering();
  limitMemory(1 << 20);
  EXPECT_THROW(std::string((1 << 20) + 1, 'x'), std::bad_alloc);
  EXPECT_THROW(std::string(size_t(1) << 50, 'x'), std::bad_alloc);
  limitMemory(size_t(1) << 40);
}

} // namespace
} // namespace weebill::fuzz
