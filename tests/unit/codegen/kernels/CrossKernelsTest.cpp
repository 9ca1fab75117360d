//===- CrossKernelsTest.cpp - Kernels of other kinds of CPUs --------------===//
//
// Compiles CrossKernels.cpp, the plain loops and the kernels of a target with each cross compiler, and runs it in an
// emulator. What is not installed is reported as skipped.
//
//===----------------------------------------------------------------------===//

#include "CompiledKernels.h"
#include "CrossMachine.h"
#include "KernelsSource.h"
#include "codegen/kernels/MatrixKernels.h"
#include "tests/unit/support/TemporaryFolder.h"

#include <algorithm>
#include <sstream>

using namespace weebill::kernels;
using namespace weebill::plan;
using namespace weebill::targets;
using namespace weebill::tests;

namespace {

/// Kernels under the names that CrossKernels.cpp calls them by.
struct Named {
  std::string name;
  PrintedKernel kernel;
};

constexpr int kColumns = 192, kHeadSize = 64, kGroupHeads = 3;

std::vector<Named> kernels(const Target &t) {
  const AttentionShape attention{kGroupHeads, kHeadSize, Element::F16}, codes{kGroupHeads, kHeadSize, Element::I8};
  return {{"linear_int8", printLinearInt8({kColumns, 1, t.decodeBlocks, Epilogue::Residual}, t)},
          {"linear_int8_tile", printLinearInt8({kColumns, t.tileTokens, t.tileBlocks, Epilogue::None}, t)},
          {"swiglu_int8", printGatedInt8({kColumns, 1, t.decodePairs, Epilogue::None}, t)},
          {"linear_f32_tile", printLinearF32({kColumns, t.tileTokens, t.tileBlocks, Epilogue::None}, t)},
          {"swiglu_f32", printGatedF32({kColumns, 1, t.decodePairs, Epilogue::None}, t)},
          {"linear_f16_tile", printLinearF16({kColumns, t.tileTokens, t.tileBlocks, Epilogue::None}, t)},
          {"swiglu_f16", printGatedF16({kColumns, 1, t.decodePairs, Epilogue::None}, t)},
          {"rms_norm", printRmsNorm(kColumns, t)},
          {"rms_norm_quantize", printRmsNormQuantize(kColumns, CodeRange::Asymmetric, t)},
          {"quantize", printQuantize(kColumns, CodeRange::Asymmetric, t)},
          {"quantize_symmetric", printQuantize(kColumns, CodeRange::Symmetric, t)},
          {"rope", printRope(kHeadSize, t)},
          {"hadamard", printHadamard(kColumns, 64, t)},
          {"head_norm", printHeadNorm(kHeadSize + 32, true, t)},
          {"head_norm_plain", printHeadNorm(kHeadSize, false, t)},
          {"append_key", printAppendKey(kHeadSize, Element::F16, t)},
          {"append_value", printAppendValue(kHeadSize, Element::F16, t)},
          {"attention_scores", printAttentionScores(attention, t)},
          {"attention_values", printAttentionValues(attention, t)},
          {"mix_key", printMixHeads(1, kHeadSize, t)},
          {"append_key_codes", printAppendKey(kHeadSize, Element::I8, t)},
          {"append_value_codes", printAppendValue(kHeadSize, Element::I8, t)},
          {"attention_scores_codes", printAttentionScores(codes, t)},
          {"attention_values_codes", printAttentionValues(codes, t)}};
}

std::string header(const Target &t) {
  std::ostringstream text;
  for (const auto &[name, number] :
       {std::pair("kColumns", kColumns), std::pair("kHeadSize", kHeadSize), std::pair("kGroupHeads", kGroupHeads),
        std::pair("kDecodeBlocks", t.decodeBlocks), std::pair("kDecodePairs", t.decodePairs),
        std::pair("kTileTokens", t.tileTokens), std::pair("kTileBlocks", t.tileBlocks)})
    text << "constexpr int " << name << " = " << number << ";\n";
  std::string wrappers = vectorFunctions(t, "");
  std::vector<PrintedKernel> printed;
  for (const Named &named : kernels(t)) {
    printed.push_back(named.kernel);
    wrappers += kernelFunction(named.kernel, named.name, "[[gnu::noinline]] "); // to be found in the machine code
  }
  text << kernelsSource(t, printed, wrappers);
  return text.str();
}

class CrossKernelsTest : public testing::TestWithParam<Build> {};

std::vector<Build> crossBuilds() {
  std::vector<Build> builds;
  for (const Target &target : targets())
    if (const CrossMachine *machine = crossMachine(target))
      for (const std::string &compiler : machine->compilers)
        builds.push_back({compiler, &target});
  return builds;
}

int count(const std::vector<std::string> &lines, const std::string &mnemonic) {
  return int(std::count_if(lines.begin(), lines.end(),
                           [&](const std::string &line) { return line.find("\t" + mnemonic) != std::string::npos; }));
}

} // namespace

TEST_P(CrossKernelsTest, GiveTheBitsOfThePlainLoops) {
  const Target &target = *GetParam().target;
  const CrossMachine &machine = *crossMachine(target);
  for (const std::string &program : {GetParam().compiler, machine.emulator, machine.objdump})
    if (!isInstalled(program))
      GTEST_SKIP() << program << " is not installed";

  const TemporaryFolder folder;
  folder.write("kernels_under_test.h", header(target));
  const std::string object = folder.path() / "kernels.o", program = folder.path() / "kernels";
  int status = 0;
  std::string messages = compileObject(GetParam().compiler, "", folder.path(),
                                       "weebill/tests/unit/codegen/kernels/CrossKernels.cpp", "kernels.o", status);
  ASSERT_EQ(status, 0) << messages;
  messages = shell(GetParam().compiler + " -static " + object + " -o " + program, status);
  ASSERT_EQ(status, 0) << messages;
  messages = shell("timeout 120 " + machine.emulator + " " + program, status);
  EXPECT_EQ(status, 0) << messages;
  EXPECT_NE(messages.find("\n0 kinds of results differ\n"), std::string::npos) << messages;

  // The machine code: the dot product where there is one, nothing called, no fused multiply-add but the written ones.
  auto instructions = [&](const Named &named) { // the compiler may have put the kernel into the function around it
    std::vector<std::string> lines = functionInstructions(machine.objdump, object, named.name);
    for (const std::string &line : functionInstructions(machine.objdump, object, named.kernel.name))
      lines.push_back(line);
    return lines;
  };
  for (const Named &named : kernels(target)) {
    if (target.guard != "__aarch64__")
      break;
    SCOPED_TRACE(named.name);
    const std::vector<std::string> lines = instructions(named);
    EXPECT_GT(lines.size(), 5u);
    const bool sumsInMemory = named.name == "attention_values_codes"; // a compiler may clear them by a call
    EXPECT_LE(count(lines, "bl\t"), sumsInMemory ? 1 : 0) << "something is called";
    if (named.name == "linear_int8") {
      const std::string dot = target.name == "aarch64" ? "sadalp" : "sdot";
      const int sums = target.decodeBlocks * 16 / target.lanes, dots = count(lines, dot);
      EXPECT_GT(dots, 0);
      EXPECT_EQ(dots % sums, 0) << dots << " " << dot;
    }
    if (named.name == "rms_norm" || named.name == "head_norm" || named.name == "rope") {
      EXPECT_GT(count(lines, "fmul"), 0);
      for (const char *fused : {"fmadd", "fmla", "fmls", "fmsub", "fnmadd", "fnmsub"})
        EXPECT_EQ(count(lines, fused), 0) << fused;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Builds, CrossKernelsTest, testing::ValuesIn(crossBuilds()), buildName);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(CrossKernelsTest);
