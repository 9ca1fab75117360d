//===- DevicesTest.cpp - The table of devices -----------------------------===//

#include "compiler/api/Devices.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

using namespace weebill::api;
using weebill::targets::findTarget;

TEST(DevicesTest, NamesAreUniqueAndFound) {
  std::set<std::string> names;
  for (const Device &device : devices()) {
    EXPECT_TRUE(names.insert(device.name).second) << device.name;
    EXPECT_EQ(findDevice(device.name), &device);
  }
  EXPECT_EQ(findDevice(""), nullptr);
  EXPECT_EQ(deviceNames().size(), names.size());
}

TEST(DevicesTest, ARowIsWhole) {
  for (const Device &device : devices()) {
    ASSERT_FALSE(device.targets.empty()) << device.name;
    EXPECT_FALSE(device.description.empty() || device.compiler.empty() || device.tried.empty()) << device.name;
    EXPECT_EQ(std::count(device.triple.begin(), device.triple.end(), '-') + 1,
              device.triple == "wasm32-wasi" || device.triple.ends_with("-macos") ? 2 : 3)
        << device.triple;
  }
}

/// Targets that the triple's kind of CPU never has would only make the program larger.
TEST(DevicesTest, TargetsAreOfTheTriplesKindOfCpu) {
  for (const Device &device : devices())
    for (const std::string &name : device.targets) {
      const weebill::targets::Target *target = findTarget(name);
      ASSERT_NE(target, nullptr) << name;
      const std::string macro = "__" + device.triple.substr(0, device.triple.find('-')) + "__"; // __aarch64__
      EXPECT_TRUE(target->guard.empty() || target->guard == macro) << device.name << " " << name;
    }
}

TEST(DevicesTest, ATripleForTargets) {
  EXPECT_EQ(tripleOf({findTarget("generic")}), hostTriple());
#if defined(__x86_64__)
  EXPECT_EQ(tripleOf({findTarget("x86-64-v3"), findTarget("aarch64")}), hostTriple());
  EXPECT_EQ(tripleOf({findTarget("aarch64-dotprod"), findTarget("aarch64")}), "aarch64-linux-musl");
#elif defined(__aarch64__)
  EXPECT_EQ(tripleOf({findTarget("x86-64-v3")}), "x86_64-linux-musl");
#endif
}
