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

struct alignas(64) Wide {
  char bytes[200'000];
};

// Sorts and partitions of the standard library ask for their room without exceptions.
TEST(MeteredMemoryTest, CountsEveryFormOfNew) {
  const auto counted = [](auto make) {
    startMetering();
    auto *volatile made = make(); // volatile: or the compiler leaves out both new and delete
    delete[] made;
    const size_t peak = peakBytes();
    startMetering();
    const std::string after(1000, 'x'); // nothing of the former is live, or this would count with it
    return peak >= 200'000 && peak < 300'000 && peakBytes() < 10'000;
  };
  EXPECT_TRUE(counted([] { return new char[200'000]; }));
  EXPECT_TRUE(counted([] { return new (std::nothrow) char[200'000]; }));
  EXPECT_TRUE(counted([] { return new Wide[1]; }));
  EXPECT_TRUE(counted([] { return new (std::nothrow) Wide[1]; }));
}

TEST(MeteredMemoryTest, TheLimitIsKept) {
  startMetering();
  limitMemory(1 << 20);
  EXPECT_THROW(std::string((1 << 20) + 1, 'x'), std::bad_alloc);
  EXPECT_THROW(std::string(size_t(1) << 50, 'x'), std::bad_alloc);
  std::unique_ptr<char[]> none(new (std::nothrow) char[(1 << 20) + 1]);
  EXPECT_EQ(none, nullptr);
  limitMemory(size_t(1) << 40);
}

} // namespace
} // namespace weebill::fuzz
