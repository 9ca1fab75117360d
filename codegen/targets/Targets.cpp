//===- Targets.cpp - The table of target CPUs -----------------------------===//
//
// Schedule numbers were measured with tests/unit/codegen/kernels/KernelsBenchmark.cpp on GCC 12 and Clang 22, weights
// in the second-level cache (docs/performance.md). Tested by tests/unit/codegen/targets/TargetsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/targets/Target.h"

#include "runtime/platform/cpu.h"
#include "runtime/platform/tiles.h"

#include <algorithm>
#include <iterator>

namespace weebill::targets {

namespace {

/// What may be asked of a CPU: the name in /proc/cpuinfo, the bit of runtime/platform/cpu.h, and its name.
constexpr struct {
  const char *flag;
  u32 bit;
  const char *name;
} kFeatures[] = {{"avx2", platform::kAvx2, "platform::kAvx2"},
                 {"fma", platform::kFma, "platform::kFma"},
                 {"f16c", platform::kF16c, "platform::kF16c"},
                 {"avx512f", platform::kAvx512f, "platform::kAvx512f"},
                 {"avx512bw", platform::kAvx512bw, "platform::kAvx512bw"},
                 {"avx512dq", platform::kAvx512dq, "platform::kAvx512dq"},
                 {"avx512vl", platform::kAvx512vl, "platform::kAvx512vl"},
                 {"avx512_vnni", platform::kAvx512Vnni, "platform::kAvx512Vnni"},
                 {"amx_tile", platform::kAmxTile, "platform::kAmxTile"},
                 {"amx_int8", platform::kAmxInt8, "platform::kAmxInt8"},
                 {"asimd", platform::kAsimd, "platform::kAsimd"},
                 {"asimddp", platform::kAsimdDp, "platform::kAsimdDp"}};

Target avx512Vnni() {
  Target t;
  t.name = "x86-64-avx512vnni";
  t.description = "x86-64 with AVX512 and its 8-bit dot product: Ice Lake, Zen 4 and later servers";
  t.lanes = 16;
  t.registers = 32;
  t.guard = "__x86_64__";
  t.features = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma,f16c";
  t.cpuinfo = {"avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512_vnni", "avx2", "fma", "f16c"};
  t.l1Bytes = 48 << 10;
  t.l2Bytes = 2 << 20;
  t.l3Bytes = 32 << 20; // Sapphire Rapids: 1.9 MiB for each of 16 cores and more; Zen 4: 32 MiB for each eight
  t.l3SharedBy = 16;
  // From four streams of weights on the speed is that of the cache (one: 60 GB/s, six: 80 to 160); from memory more
  // streams are better still. Six and four divide what two threads get of common widths: 576 / 16 / 2 = 3 * 6 blocks,
  // 1536 / 16 / 2 = 12 * 4 pairs.
  t.decodeBlocks = 6;
  t.decodePairs = 4;
  // Sixteen accumulators. 8 x 2 makes 640 to 780 GOPS, 4 x 4 470 to 700: its four streams of weights lie at multiples
  // of 4 KiB, in the same sets of the first-level cache.
  t.tileTokens = 8;
  t.tileBlocks = 2;
  t.tilePairs = 1;
  // Eight registers hold half a group's codes of two blocks, sixteen the products and sums of four tokens.
  t.keptTokens = 4;
  t.keptBlocks = 2;
  t.keptPairTokens = 4;
  t.keptHalves = true;
  return t;
}

Target amx() {
  Target t = avx512Vnni();
  t.name = "x86-64-amx";
  t.description = "x86-64 with AMX, tiles of 8-bit codes for prompts: Sapphire Rapids and later servers";
  t.features += ",amx-tile,amx-int8";
  t.cpuinfo.insert(t.cpuinfo.end(), {"amx_tile", "amx_int8"});
  // A tile register has 16 rows. What fills no such tile goes through those of AVX512, one token through its kernels.
  t.unitTokens = 16;
  t.unitProducts = 16 * 16 * 64 / 16; // an instruction takes as many cycles as its tile has rows
  return t;
}

Target avx2() {
  Target t;
  t.name = "x86-64-v3";
  t.description = "x86-64 with AVX2: Haswell, Zen and later";
  t.lanes = 8;
  t.registers = 16;
  t.guard = "__x86_64__";
  t.features = "avx2,fma,f16c";
  t.cpuinfo = {"avx2", "fma", "f16c"};
  t.l1Bytes = 32 << 10;
  t.l2Bytes = 512 << 10;
  t.l3Bytes = 16 << 20; // Zen 2: for each four cores with two threads; desktops with Skylake's cores have as much
  t.l3SharedBy = 8;
  // Twelve accumulators, two to a block; the other four registers hold the halves of dot4. Two to eight blocks differ
  // by a tenth (42 to 48 GB/s): the instructions are the limit.
  t.decodeBlocks = 6;
  t.decodePairs = 3;
  // Wider tiles spill: int8 gains 7 percent from 8 x 2 (134 for 125 GOPS), float32 loses a quarter.
  t.tileTokens = 4;
  t.tileBlocks = 1;
  t.tilePairs = 1;
  // 150 GOPS from 4 tokens on, 157 with 8.
  t.keptTokens = 8;
  t.keptPairTokens = 4;
  return t;
}

/// What both ARM targets have. Schedule numbers follow from 32 registers; they were not measured.
Target neon() {
  Target t;
  t.lanes = 4;
  t.registers = 32;
  t.codes = CodeType::I8; // vectors of signed bytes multiply with signed bytes only
  t.guard = "__aarch64__";
  t.l1Bytes = 64 << 10;
  t.l2Bytes = 512 << 10;
  // 24 accumulators, four to a block, and eight registers for codes and weights.
  t.decodeBlocks = 6;
  t.decodePairs = 3;
  t.tileTokens = 3;
  t.tileBlocks = 2;
  t.tilePairs = 1;
  t.keptTokens = 4; // sixteen accumulators, eight registers of codes
  t.keptPairTokens = 2;
  return t;
}

Target aarch64Dotprod() {
  Target t = neon();
  t.name = "aarch64-dotprod";
  t.description = "64-bit ARM with the 8-bit dot product: Cortex-A75, Neoverse N1, Apple M1 and later";
  t.features = "arch=armv8.2-a+dotprod";
  t.cpuinfo = {"asimd", "asimddp"};
  t.l3Bytes = 2 << 20; // four Cortex-A76 of a small computer; phones and servers have more
  t.l3SharedBy = 4;
  return t;
}

Target aarch64() {
  Target t = neon();
  t.name = "aarch64";
  t.description = "any 64-bit ARM";
  t.cpuinfo = {"asimd"}; // vectors are part of the architecture
  t.l1Bytes = 32 << 10;
  return t;
}

Target generic() {
  Target t;
  t.name = "generic";
  t.description = "any CPU: standard C++20 without vector types, slow";
  t.lanes = 1;
  t.registers = 16;
  t.l1Bytes = 32 << 10;
  t.l2Bytes = 256 << 10;
  // The 16 rows of a block are a loop over an array; more blocks would only be more text.
  t.decodeBlocks = 1;
  t.decodePairs = 1;
  t.tileTokens = 4; // weights are read once for all of them
  t.tileBlocks = 1;
  t.tilePairs = 1;
  return t;
}

/// Unknown flags are missing.
bool hasFlag(const std::string &flag) {
  const auto *feature = std::find_if(std::begin(kFeatures), std::end(kFeatures),
                                     [&](const auto &candidate) { return flag == candidate.flag; });
  return feature != std::end(kFeatures) && platform::cpu_has(feature->bit) &&
         (feature->bit != platform::kAmxTile || platform::may_use_tiles());
}

} // namespace

const std::vector<Target> &targets() {
  static const std::vector<Target> table = {amx(), avx512Vnni(), avx2(), aarch64Dotprod(), aarch64(), generic()};
  return table;
}

const Target *findTarget(const std::string &name) {
  for (const Target &target : targets())
    if (target.name == name)
      return &target;
  return nullptr;
}

std::string cpuExpression(const Target &target) {
  std::string sum;
  for (const auto &feature : kFeatures)
    if (std::find(target.cpuinfo.begin(), target.cpuinfo.end(), feature.flag) != target.cpuinfo.end())
      sum += (sum.empty() ? "" : " | ") + std::string(feature.name);
  return sum.empty() ? "true" : "platform::cpu_has(" + sum + ")";
}

std::string supportedExpression(const Target &target) {
  return cpuExpression(target) + (target.unitTokens > 0 ? " && platform::may_use_tiles()" : "");
}

bool compilesHere(const Target &target) {
#if defined(__x86_64__)
  const char *own = "__x86_64__";
#elif defined(__aarch64__)
  const char *own = "__aarch64__";
#else
  const char *own = "";
#endif
  return target.guard.empty() || target.guard == own;
}

std::vector<std::string> missingHere(const Target &target) {
  std::vector<std::string> missing;
  std::copy_if(target.cpuinfo.begin(), target.cpuinfo.end(), std::back_inserter(missing),
               [](const std::string &flag) { return !hasFlag(flag); });
  return missing;
}

bool runsHere(const Target &target) { return missingHere(target).empty(); }

const Target *nativeTarget() {
  for (const Target &target : targets())
    if (runsHere(target))
      return &target;
  return nullptr;
}

} // namespace weebill::targets
