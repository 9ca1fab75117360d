// Suggestions for slips of the keyboard, and none for other words.

#include "compiler/import/description/ClosestName.h"

#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

const std::vector<std::string> kNames = {"mobilellm-125m", "mobilellm-350m", "smollm2-135m", "heads"};

TEST(ClosestNameTest, FindsTheNameThatWasMeant) {
  EXPECT_EQ(description::closestName("mobilelm-125m", kNames), "mobilellm-125m");
  EXPECT_EQ(description::closestName("mobilellm-350", kNames), "mobilellm-350m");
  EXPECT_EQ(description::closestName("haeds", kNames), ""); // two letters of five
  EXPECT_EQ(description::closestName("head", kNames), "heads");
  EXPECT_EQ(description::closestName("heads", kNames), "heads");
}

TEST(ClosestNameTest, FindsNothingForOtherWords) {
  EXPECT_EQ(description::closestName("", kNames), "");
  EXPECT_EQ(description::closestName("bert", kNames), "");
  EXPECT_EQ(description::closestName(std::string(100000, 'x'), kNames), "");
  EXPECT_EQ(description::suggestion("bert", kNames), "");
  EXPECT_EQ(description::suggestion("smollm-135m", kNames), "; did you mean 'smollm2-135m'?");
}

} // namespace
} // namespace weebill::tests
