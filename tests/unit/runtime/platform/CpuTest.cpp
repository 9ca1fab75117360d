//===- CpuTest.cpp - What the CPU offers to kernels -----------------------===//
//
// Compared with what the operating system lists, bit by bit.
//
//===----------------------------------------------------------------------===//

#include "runtime/platform/cpu.h"
#include "runtime/platform/tiles.h"

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
} kNames[] = {
    {"avx2", platform::kAvx2},         {"fma", platform::kFma},           {"f16c", platform::kF16c},
    {"avx512f", platform::kAvx512f},   {"avx512bw", platform::kAvx512bw}, {"avx512dq", platform::kAvx512dq},
    {"avx512vl", platform::kAvx512vl}, {"asimd", platform::kAsimd},       {"avx512_vnni", platform::kAvx512Vnni},
    {"asimddp", platform::kAsimdDp},   {"amx_tile", platform::kAmxTile},  {"amx_int8", platform::kAmxInt8}};

TEST(PlatformCpuTest, HasWhatTheSystemLists) {
  const std::set<std::string> listed = listedFlags();
  if (listed.empty())
    GTEST_SKIP() << "no /proc/cpuinfo";
  for (const auto &[name, bit] : kNames)
    EXPECT_EQ(platform::cpu_has(bit), listed.contains(name)) << name;
}

TEST(PlatformCpuTest, HasASumIfItHasAllOfIt) {
  EXPECT_TRUE(platform::cpu_has(0));
  EXPECT_TRUE(platform::cpu_has(platform::cpu_features()));
  EXPECT_FALSE(platform::cpu_has(platform::cpu_features() | 1u << 31)); // no feature
}

TEST(PlatformCpuTest, TilesAreOfAmx) {
  const bool given = platform::may_use_tiles();
  EXPECT_TRUE(platform::cpu_has(platform::kAmxTile) || !given);
  EXPECT_EQ(given, platform::may_use_tiles()) << "may be asked again";
#if defined(__x86_64__) && defined(__linux__)
  u64 permitted = 0; // by the system's own account: ARCH_GET_XCOMP_PERM, which kernels before 5.16 do not have
  if (syscall(SYS_arch_prctl, 0x1022L, &permitted) == 0) {
    EXPECT_EQ(given, (permitted >> 18 & 1) != 0);
  }
#endif
}

} // namespace
