//===- TargetsTest.cpp - The table of targets -----------------------------===//

#include "codegen/targets/Target.h"

#include "runtime/platform/tiles.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

using namespace weebill::targets;

namespace {

/// The flags that the operating system lists for this machine's processor.
std::set<std::string> cpuFlags() {
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);)
    if (line.rfind("flags", 0) == 0) {
      std::istringstream words(line.substr(line.find(':') + 1));
      return {std::istream_iterator<std::string>(words), {}};
    }
  return {};
}

} // namespace

TEST(Targets, NamesAreUniqueAndFound) {
  std::set<std::string> names;
  for (const Target &target : targets()) {
    EXPECT_TRUE(names.insert(target.name).second) << target.name;
    EXPECT_EQ(findTarget(target.name), &target);
  }
  EXPECT_EQ(findTarget("x86-64-v9"), nullptr);
}

TEST(Targets, EveryRowIsComplete) {
  for (const Target &target : targets()) {
    SCOPED_TRACE(target.name);
    EXPECT_FALSE(target.description.empty());
    EXPECT_EQ(supportedExpression(target) == "true", target.guard.empty());
    EXPECT_EQ(target.cpuinfo.empty(), target.guard.empty()) << "a target for one kind of CPU asks that CPU";
    EXPECT_EQ(target.lanes == 1, target.guard.empty());
    EXPECT_EQ(16 % target.lanes, 0); // blocks of 16 rows
    EXPECT_GT(target.l2Bytes, target.l1Bytes);
    EXPECT_GT(target.l1Bytes, 0);
    EXPECT_TRUE(target.unitTokens == 0 || target.unitTokens > std::max(target.tileTokens, target.keptTokens));
  }
}

// Accumulators that do not fit registers are loaded and stored in the innermost loop.
TEST(Targets, AccumulatorsFitRegisters) {
  for (const Target &target : targets()) {
    if (target.lanes == 1)
      continue; // arrays in memory
    SCOPED_TRACE(target.name);
    const int vectors = 16 / target.lanes;
    EXPECT_LT(target.decodeBlocks * vectors, target.registers);
    EXPECT_LT(2 * target.decodePairs * vectors, target.registers);
    EXPECT_LT(target.tileTokens * target.tileBlocks * vectors, target.registers);
    EXPECT_LE(2 * target.tileTokens * target.tilePairs * vectors, target.registers); // a tile of pairs may take all
  }
}

TEST(Targets, RunsHereAgreesWithTheOperatingSystem) {
  const std::set<std::string> flags = cpuFlags();
  if (flags.empty())
    GTEST_SKIP() << "no /proc/cpuinfo";
  const bool tiles = platform::may_use_tiles(); // the system may list and refuse them
  for (const Target &target : targets()) {
    bool all = true;
    for (const std::string &flag : target.cpuinfo)
      all &= flags.count(flag) > 0;
    EXPECT_EQ(runsHere(target), all && (tiles || target.unitTokens == 0)) << target.name;
  }
}

TEST(Targets, AnEmittedFileAsksForWhatTheRowNames) {
  EXPECT_EQ(supportedExpression(*findTarget("x86-64-v3")),
            "platform::cpu_has(platform::kAvx2 | platform::kFma | platform::kF16c)");
  EXPECT_EQ(supportedExpression(*findTarget("aarch64-dotprod")),
            "platform::cpu_has(platform::kAsimd | platform::kAsimdDp)");
  EXPECT_EQ(supportedExpression(*findTarget("generic")), "true");
  const Target &amx = *findTarget("x86-64-amx");
  EXPECT_EQ(supportedExpression(amx), cpuExpression(amx) + " && platform::may_use_tiles()");
  for (const Target &target : targets()) { // a flag that the table of bits lacks would be asked by nobody
    const std::string text = cpuExpression(target);
    EXPECT_EQ(size_t(std::count(text.begin(), text.end(), '|') + (text != "true")), target.cpuinfo.size())
        << target.name;
  }
}

TEST(Targets, NativeIsTheFirstThatRuns) {
  const Target *native = nativeTarget();
  for (const Target &target : targets()) {
    if (&target == native)
      return;
    EXPECT_FALSE(runsHere(target)) << target.name << " stands before the native target";
  }
  EXPECT_EQ(native, nullptr);
}

// `native` must not end there while this kind of CPU has a better target.
TEST(Targets, GenericRunsEverywhereAndStandsLast) {
  EXPECT_EQ(targets().back().name, "generic");
  EXPECT_TRUE(runsHere(targets().back()));
#if defined(__x86_64__)
  EXPECT_FALSE(runsHere(*findTarget("aarch64")));
  EXPECT_FALSE(compilesHere(*findTarget("aarch64")));
  EXPECT_TRUE(compilesHere(*findTarget("x86-64-avx512vnni")));
#elif defined(__aarch64__)
  EXPECT_TRUE(runsHere(*findTarget("aarch64")));
#endif
}

TEST(Targets, AnUnknownFlagNeverRuns) {
  Target target = targets().back();
  target.cpuinfo.push_back("no-such-flag");
  EXPECT_FALSE(runsHere(target));
}
