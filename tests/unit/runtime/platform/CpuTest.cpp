//===- CpuTest.cpp - What the CPU offers to kernels -----------------------===//
//
// Compared with what the operating system lists, bit by bit.
//
//===----------------------------------------------------------------------===//

#include "runtime/platform/cpu.h"

#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <set>
#include <sstream>
#include <string>

namespace {

/// Of the first processor; the line is called Features on ARM.
std::set<std::string> listedFlags() {
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);)
    if (line.starts_with("flags") || line.starts_with("Features")) {
      std::istringstream words(line.substr(line.find(':') + 1));
      return {std::istream_iterator<std::string>(words), {}};
    }
  return {};
}

constexpr struct {
  const char *name;
  u32 bit;
} kNames[] = {{"avx2", cpu::kAvx2},         {"fma", cpu::kFma},           {"f16c", cpu::kF16c},
              {"avx512f", cpu::kAvx512f},   {"avx512bw", cpu::kAvx512bw}, {"avx512dq", cpu::kAvx512dq},
              {"avx512vl", cpu::kAvx512vl}, {"asimd", cpu::kAsimd},       {"avx512_vnni", cpu::kAvx512Vnni},
              {"asimddp", cpu::kAsimdDp}};

TEST(PlatformCpuTest, HasWhatTheSystemLists) {
  const std::set<std::string> listed = listedFlags();
  if (listed.empty())
    GTEST_SKIP() << "no /proc/cpuinfo";
  for (const auto &[name, bit] : kNames)
    EXPECT_EQ(cpu::has(bit), listed.contains(name)) << name;
}

TEST(PlatformCpuTest, HasASumIfItHasAllOfIt) {
  EXPECT_TRUE(cpu::has(0));
  EXPECT_TRUE(cpu::has(cpu::features()));
  EXPECT_FALSE(cpu::has(cpu::features() | 1u << 31)); // no feature
}

} // namespace
