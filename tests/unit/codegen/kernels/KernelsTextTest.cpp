//===- KernelsTextTest.cpp - How printed kernels read ---------------------===//

#include "codegen/formats/Formats.h"
#include "codegen/kernels/KernelText.h"
#include "codegen/kernels/MatrixKernels.h"
#include "codegen/kernels/PrefetchNext.h"
#include "codegen/targets/Target.h"

#include <gtest/gtest.h>

#include <sstream>

using namespace weebill::kernels;
using namespace weebill::plan;
using namespace weebill::print;
using namespace weebill::targets;

namespace {

std::vector<PrintedKernel> allKinds(const Target &t) {
  const int most = std::max(t.unitTokens, t.tileTokens);
  return {printLinearInt8({576, most, t.tileBlocks, Epilogue::Residual}, t),
          printMatrix(weebill::formats::kMatrixQ4_1, true, {576, most, 1, Epilogue::None}, t),
          printMatrix(weebill::formats::kMatrixQ6_K, false, {1536, most, 1, Epilogue::None}, t),
          printLinearInt8({576, 1, t.decodeBlocks, Epilogue::Residual}, t),
          printLinearInt8({576, t.tileTokens, t.tileBlocks, Epilogue::None}, t),
          printLinearF32({576, 1, t.decodeBlocks, Epilogue::None}, t),
          printGatedInt8({576, 1, t.decodePairs, Epilogue::None}, t),
          printGatedF32({576, t.tileTokens, t.tilePairs, Epilogue::None}, t),
          printLinearF16({576, t.tileTokens, t.tileBlocks, Epilogue::Residual}, t),
          printGatedF16({576, 1, t.decodePairs, Epilogue::None}, t),
          printRmsNormQuantize(576, CodeRange::Asymmetric, t),
          printRmsNormQuantize(576, CodeRange::Symmetric, t),
          printQuantize(576, CodeRange::Asymmetric, t),
          printQuantize(576, CodeRange::Symmetric, t),
          printRmsNorm(576, t),
          printRope(64, t),
          printRope(80, t),
          printHeadNorm(80, true, t),
          printHeadNorm(128, false, t),
          printSilu(576, t),
          printMul(576, t),
          printAdd(576, t),
          printAppendKey(64, Element::F16, t),
          printAppendValue(64, Element::F32, t),
          printAttentionScores({3, 64, Element::F16}, t),
          printAttentionValues({3, 64, Element::F32}, t),
          printAppendKey(64, Element::I8, t),
          printAppendValue(64, Element::I8, t),
          printAttentionScores({3, 64, Element::I8}, t),
          printAttentionValues({3, 64, Element::I8}, t)};
}

} // namespace

// Halide counts names through the whole process ("y$7", "t512"); the text must not.
TEST(KernelsText, IsTheSameEveryTime) {
  for (const Target &target : targets()) {
    const std::vector<PrintedKernel> first = allKinds(target), second = allKinds(target);
    for (size_t i = 0; i < first.size(); ++i) {
      EXPECT_EQ(first[i].text, second[i].text);
      EXPECT_EQ(first[i].comment, second[i].comment);
    }
  }
}

TEST(KernelsText, HasLinesOf120ColumnsAndNamesFromTheAlgorithm) {
  for (const Target &target : targets())
    for (const PrintedKernel &kernel : allKinds(target)) {
      EXPECT_EQ(kernel.text.find('$'), std::string::npos) << kernel.name;
      EXPECT_EQ(kernel.text.rfind("KERNEL void " + kernel.name + "(", 0), 0u);
      EXPECT_EQ(kernel.text.substr(kernel.text.size() - 3), "\n}\n") << kernel.name;
      EXPECT_EQ(kernel.comment.back(), '\n') << kernel.name;
      for (const std::string &text : {kernel.text, kernel.comment}) {
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) {
          EXPECT_LE(line.size(), 120u) << kernel.name << ": " << line;
          EXPECT_FALSE(line.empty()) << kernel.name;
        }
      }
    }
}

TEST(KernelsText, ParametersAreThoseOfTheSignature) {
  for (const Target &target : targets())
    for (const PrintedKernel &kernel : allKinds(target)) {
      size_t at = 0;
      for (const KernelParameter &p : kernel.parameters) {
        at = kernel.text.find(p.name, at);
        ASSERT_LT(at, kernel.text.find(") {\n")) << kernel.name << " has no parameter " << p.name << " in its place";
      }
    }
}

TEST(KernelsText, ReadsAsWrittenByHand) {
  const PrintedKernel kernel = printLinearInt8({64, 1, 2, Epilogue::None}, *findTarget("x86-64-avx512vnni"));
  EXPECT_EQ(kernel.comment,
            "y[row] = float(w[row] . codes - zero * row_sum[row]) * scales; two blocks of 16 rows, one token.\n"
            "  schedule  two accumulators of 16 lanes, four columns a step\n");
  EXPECT_EQ(kernel.text,
            R"(KERNEL void linear_int8_64_1x2(const u8 *codes, const i8 *values, const i32 *row_sum, const f32 *scale,
    const f32 *token_scale, const i32 *token_zero, f32 *y) {
  i32x16 sum_0 = {}, sum_1 = {};
  for (i32 k = 0; k < 64; k += 4) {
    const u8x64 codes_0 = repeat4(codes + k);
    sum_0 = dot4(sum_0, codes_0, load<i8x64>(values + k * 16));
    sum_1 = dot4(sum_1, codes_0, load<i8x64>(values + k * 16 + 1024));
  }
  const i32x16 token_zero_0 = splat<i32x16>(token_zero[0]);
  const f32x16 token_scale_0 = splat<f32x16>(token_scale[0]);
  store(y, convert<f32x16>(sum_0 - load<i32x16>(row_sum) * token_zero_0) * (token_scale_0 * load<f32x16>(scale)));
  store(y + 16, convert<f32x16>(sum_1 - load<i32x16>(row_sum + 16) * token_zero_0) *
      (token_scale_0 * load<f32x16>(scale + 16)));
}
)");
}

/// What a matrix unit multiplies is a call, of a piece of a row where groups have scales.
TEST(KernelsText, TilesAreACall) {
  const Target &target = *findTarget("x86-64-amx");
  const PrintedKernel kernel = printLinearInt8({64, 16, 1, Epilogue::None}, target);
  EXPECT_EQ(kernel.tileColumns, 64);
  EXPECT_EQ(kernel.comment,
            "y[row] = float(w[row] . codes - zero * row_sum[row]) * scales; one block of 16 rows, 16 tokens.\n"
            "  schedule  a tile register, 64 columns a step\n");
  EXPECT_EQ(kernel.text,
            R"(KERNEL void linear_int8_64_16x1(const u8 *codes, const i8 *values, const i32 *row_sum, const f32 *scale,
    const f32 *token_scale, const i32 *token_zero, f32 *y, i32 y_stride) {
  alignas(64) i32 products[256];
  multiply_tiles<1, 64>(products, codes, values);
  for (i32 token = 0; token < 16; ++token) {
    store(y + token * y_stride, convert<f32x16>(load<i32x16>(products + token * 16) - load<i32x16>(row_sum) *
        token_zero[token]) * (token_scale[token] * load<f32x16>(scale)));
  }
}
)");
  const auto calls = [&](const weebill::formats::WeightFormat &format, int64_t columns, const char *call) {
    const PrintedKernel kept = printKept(format, true, {columns, 16, 1, Epilogue::None}, target);
    const size_t first = kept.text.find(call); // of the gate, and then of up
    return first != kept.text.npos && kept.text.find(call, first + 1) != kept.text.npos;
  };
  using namespace weebill::formats;
  EXPECT_TRUE(calls(kMatrixQ4_1, 576, " multiply_groups<Nibbles, 0, 1, 6, 1, 320, 320, 576>(products, records + "));
  EXPECT_TRUE(calls(kMatrixQ4_0, 1024, " multiply_groups<Nibbles, 8, 1, 8, 1, 288, 288, 1024>("));
  EXPECT_TRUE(calls(kMatrixQ6_K, 512, " multiply_groups<SixBits, 32, 2, 8, 8, 416, 3360, 512>("));
  EXPECT_TRUE(calls(kMatrixQ8_0, 32 * 19, " multiply_groups<Octets, 0, 1, 19, 1, 544, 544, 640>(products"));
  EXPECT_EQ(printKept(kMatrixQ6_K, false, {512, 16, 1, Epilogue::None}, target).tileColumns, 16);
  EXPECT_EQ(printKept(kMatrixQ4_1, false, {512, 4, 1, Epilogue::None}, target).tileColumns, 0);
  EXPECT_EQ(printLinearInt8({64, 8, 2, Epilogue::None}, target).tileColumns, 0);
}

/// Attention asks for the tile of the cache that comes next, each iteration for its part; in the last tile, and in the
/// only one, for nothing beyond it.
TEST(KernelsText, AttentionReadsAhead) {
  const AttentionShape shape{3, 64, Element::F16};
  const Target &wide = *findTarget("x86-64-avx512vnni"), &narrow = *findTarget("x86-64-v3");
  const auto has = [](const PrintedKernel &kernel, const char *line) {
    return kernel.text.find(line) != std::string::npos;
  };
  const PrintedKernel scores = printAttentionScores(shape, wide);
  EXPECT_TRUE(has(scores, "    for (i32 d = 0; d < 64; ++d) {\n"
                          "      prefetch(keys + d * 64 + min(position_tile * 64, blocks * 4096 - 8192) + 4096);\n"
                          "      prefetch(keys + d * 64 + min(position_tile * 64, blocks * 4096 - 8192) + 4128);\n"))
      << scores.text;
  const PrintedKernel values = printAttentionValues(shape, wide);
  EXPECT_TRUE(has(values, "    for (i32 j = 0; j < 64; ++j) {\n"
                          "      prefetch(values + j * 64 + min(block * 64, blocks * 4096 - 8192) + 4096);\n"
                          "      prefetch(values + j * 64 + min(block * 64, blocks * 4096 - 8192) + 4128);\n"))
      << values.text;
  // Half of d at a time: each half asks for its own lines.
  EXPECT_TRUE(has(printAttentionValues(shape, narrow),
                  "        prefetch(values + j * 64 + d_tile + min(block * 64, blocks * 4096 - 8192) + 4096);\n"));
  // Tiles of codes have half the bytes or, where they are narrow, a quarter: two or four of them ahead.
  const AttentionShape codes{3, 64, Element::I8};
  EXPECT_TRUE(has(printAttentionScores(codes, wide),
                  "      prefetch(keys + d * 64 + min(position_tile * 64, blocks * 4096 - 12288) + 8192);\n"));
  EXPECT_TRUE(has(printAttentionScores(codes, narrow),
                  "      prefetch(keys + d * 32 + min(position_tile * 64, blocks * 4096 - 10240) + 8192);\n"));
  EXPECT_TRUE(has(printAttentionValues(codes, wide),
                  "      prefetch(values + j * 64 + min(block * 64, blocks * 4096 - 12288) + 8192);\n"));
  for (const PrintedKernel &kernel : allKinds(*findTarget("generic")))
    EXPECT_FALSE(has(kernel, "prefetch")) << kernel.name;
}

/// Kept codes lie in streams of rows, one behind the other: near the end of its rows a kernel asks for the beginning of
/// those that come behind all of its streams, since it has read what lies behind each.
TEST(KernelsText, KeptCodesReadAhead) {
  const Target &target = *findTarget("x86-64-avx512vnni");
  const auto text = [&](int columns, int blocks) {
    return printKept(weebill::formats::kMatrixQ4_1, false, {columns, 1, blocks, Epilogue::None}, target).text;
  };
  const std::string two = text(576, 2); // 18 records of 320 bytes in each stream, four of them ahead
  EXPECT_NE(two.find("    const i32 ahead = group * 320 + (group < 14 ? 1280 : 7040);\n"
                     "    prefetch_record<320>(records + ahead);\n"
                     "    prefetch_record<320>(records + ahead + 5760);\n"),
            std::string::npos)
      << two;
  const std::string one = text(576, 1); // what lies behind the rows comes next
  EXPECT_NE(one.find("    prefetch_record<320>(records + group * 320 + 1280);\n"), std::string::npos) << one;
}

TEST(KernelsText, OnlyAWalkThatIsThereIsPrefetched) {
  using namespace Halide;
  Func f("f");
  Var x("x"), y("y");
  ImageParam in(Float(32), 2, "in");
  f(x, y) = in(x, y);
  const auto print = [&](const TileWalk &walk) {
    return printKernel("f", "", {constBuffer(Float(32), "in"), buffer(Float(32), "f")}, {f}, {in},
                       prefetching(*findTarget("x86-64-v3"), walk));
  };
  fixShape(in, {64, 8});
  fixShape(f.output_buffer(), {64, 8});
  EXPECT_NE(print({"in", "y", "x", 64}).text.find("prefetch(in + x + min(y, 384) + 64);"), std::string::npos);
  EXPECT_THROW(print({"in", "y", "z", 64}), PrintError);
  EXPECT_THROW(print({"in", "x", "y", 64}), PrintError);
  EXPECT_THROW(print({"f", "y", "x", 64}), PrintError);
}
