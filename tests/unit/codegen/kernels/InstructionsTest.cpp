//===- InstructionsTest.cpp - What compilers make of the kernels ----------===//
//
// Speed is lost in silence when a compiler keeps accumulators in memory, calls a function or falls back to scalar code.
// The machine code shows it.
//
//===----------------------------------------------------------------------===//

#include "CompiledKernels.h"
#include "codegen/kernels/MatrixKernels.h"

using namespace weebill::kernels;
using namespace weebill::plan;
using namespace weebill::targets;
using namespace weebill::tests;

namespace {

class InstructionsTest : public KernelTest {};

/// Targets without vectors leave the instructions to the compiler; those of other kinds of CPUs: CrossKernelsTest.
std::vector<Build> x86Builds() {
  std::vector<Build> builds = allBuilds();
  std::erase_if(builds, [](const Build &build) { return build.target->guard != "__x86_64__"; });
  return builds;
}

int count(const std::vector<std::string> &lines, const std::string &mnemonic) {
  int n = 0;
  for (const std::string &line : lines)
    n += line.find("\t" + mnemonic) != std::string::npos;
  return n;
}

} // namespace

TEST_P(InstructionsTest, IntegerMatricesUseTheDotProduct) {
  const Target &t = target();
  const PrintedKernel one = printLinearInt8({576, 1, t.decodeBlocks, Epilogue::None}, t);
  const PrintedKernel tile = printLinearInt8({576, t.tileTokens, t.tileBlocks, Epilogue::None}, t);
  const PrintedKernel gated = printGatedInt8({576, 1, t.decodePairs, Epilogue::None}, t);
  const CompiledKernels compiled(GetParam(), {one, tile, gated});
  const int vectors = 16 / t.lanes;
  const std::string dot = t.lanes == 16 ? "vpdpbusd" : "vpmaddwd";
  const int each = t.lanes == 16 ? 1 : 2; // even and odd bytes
  // A compiler may unroll the loop: multiples.
  for (auto [name, sums] : {std::pair(one.name, t.decodeBlocks), std::pair(tile.name, t.tileTokens * t.tileBlocks),
                            std::pair(gated.name, 2 * t.decodePairs)}) {
    const std::vector<std::string> lines = compiled.instructions(name);
    const int dots = count(lines, dot);
    EXPECT_GT(dots, 0) << name;
    EXPECT_EQ(dots % (sums * vectors * each), 0) << name << ": " << dots << " " << dot;
    EXPECT_EQ(count(lines, "vpinsr"), 0) << name;
    EXPECT_EQ(count(lines, "imul"), 0) << name << ": scalar multiplications";
  }
}

TEST_P(InstructionsTest, AttentionToCodesUsesTheDotProduct) {
  const Target &t = target();
  const PrintedKernel scores = printAttentionScores({3, 64, Element::I8}, t);
  const PrintedKernel values = printAttentionValues({3, 64, Element::I8}, t);
  const CompiledKernels compiled(GetParam(), {scores, values});
  for (const PrintedKernel &kernel : {scores, values}) {
    const std::vector<std::string> lines = compiled.instructions(kernel.name);
    const int dots = count(lines, t.lanes == 16 ? "vpdpbusd" : "vpmaddwd");
    EXPECT_GT(dots, 0) << kernel.name;
    EXPECT_EQ(dots % 12, 0) << kernel.name << ": " << dots << " for three heads and four vectors";
    EXPECT_EQ(count(lines, "imul"), 0) << kernel.name << ": scalar multiplications";
  }
}

TEST_P(InstructionsTest, NothingIsCalled) {
  const Target &t = target();
  std::vector<PrintedKernel> kernels = {printLinearInt8({576, 1, t.decodeBlocks, Epilogue::Residual}, t),
                                        printLinearF32({576, 1, t.decodeBlocks, Epilogue::None}, t),
                                        printGatedInt8({576, 1, t.decodePairs, Epilogue::None}, t),
                                        printGatedF32({576, 1, t.decodePairs, Epilogue::None}, t),
                                        printRmsNormQuantize(576, CodeRange::Asymmetric, t),
                                        printQuantize(1536, CodeRange::Asymmetric, t),
                                        printRmsNorm(576, t),
                                        printRope(64, t),
                                        printHadamard(1536, 512, t),
                                        printAppendKey(64, Element::F16, t),
                                        printAppendValue(64, Element::F16, t),
                                        printAttentionScores({3, 64, Element::F16}, t),
                                        printAttentionValues({3, 64, Element::F16}, t),
                                        printMixHeads(3, 64, t),
                                        printAppendKey(64, Element::I8, t),
                                        printAppendValue(64, Element::I8, t),
                                        printAttentionScores({3, 64, Element::I8}, t),
                                        printAttentionValues({3, 64, Element::I8}, t),
                                        printSilu(576, t)};
  const CompiledKernels compiled(GetParam(), kernels);
  for (const PrintedKernel &kernel : kernels) {
    const std::vector<std::string> lines = compiled.instructions(kernel.name);
    EXPECT_GT(lines.size(), 5u) << kernel.name;
    const bool sumsInMemory = kernel.name.starts_with("attention_values_i8"); // a compiler may clear them so
    EXPECT_LE(count(lines, "call"), sumsInMemory ? 1 : 0) << kernel.name;
  }
}

TEST_P(InstructionsTest, NoFusedMultiplyAddThatIsNotWritten) {
  const CompiledKernels compiled(GetParam(), {printRope(64, target()), printRmsNorm(576, target())});
  for (const char *name : {"rope_64", "rms_norm_576"}) {
    const std::vector<std::string> lines = compiled.instructions(name);
    EXPECT_GT(count(lines, "vmulps"), 0) << name;
    EXPECT_EQ(count(lines, "vfm"), 0) << name;
    EXPECT_EQ(count(lines, "vfnm"), 0) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(Builds, InstructionsTest, testing::ValuesIn(x86Builds()), buildName);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(InstructionsTest);
