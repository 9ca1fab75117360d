// A right file cut at every length, and with bytes changed at many places, is read or refused with an InputError;
// nothing else happens. Run under the address and undefined-behaviour sanitizers this says more.

#include "GgufBuilder.h"

#include <gtest/gtest.h>
#include <random>

namespace weebill::tests {
namespace {

TEST(DamagedFilesTest, EveryShorterFileIsRefused) {
  const std::string whole = smallLlama().bytes();
  ASSERT_EQ(importError(whole), "");
  for (size_t length = 0; length < whole.size(); ++length)
    EXPECT_NE(importError(whole.substr(0, length)), "") << "the first " << length << " of " << whole.size() << " bytes";
}

TEST(DamagedFilesTest, ChangedBytesAreReadOrRefused) {
  const std::string whole = smallLlama().bytes();
  std::mt19937 random(/*seed=*/17);
  const auto below = [&](size_t bound) { return std::uniform_int_distribution<size_t>(0, bound - 1)(random); };
  int refused = 0;
  constexpr int kRounds = 6000;
  for (int round = 0; round < kRounds; ++round) {
    std::string bytes = whole;
    for (size_t changes = 1 + below(3); changes; --changes) {
      static constexpr unsigned char kInteresting[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
      const size_t place = below(bytes.size());
      bytes[place] = char(below(2) ? kInteresting[below(std::size(kInteresting))] : below(256));
    }
    refused += importError(bytes) != "";
  }
  // Most bytes are weights or parts of names; both outcomes must occur, or the test changes nothing that matters.
  EXPECT_GT(refused, kRounds / 10);
  EXPECT_LT(refused, kRounds);
}

TEST(DamagedFilesTest, EveryByteOfTheHeaderSetToTheExtremes) {
  const std::string whole = smallLlama().bytes();
  const size_t header = whole.size() - 2336; // before the tensor data
  for (size_t place = 0; place < header; ++place) {
    for (unsigned char value : {0x00, 0x7f, 0xff}) {
      std::string bytes = whole;
      bytes[place] = char(value);
      importError(bytes); // throws through if it is no InputError
    }
  }
}

} // namespace
} // namespace weebill::tests
