//===- GroupedMatrixTest.cpp - Kernels of weights that are kept -----------===//
//
// Every format against plain loops over the file's own blocks, to the bit, with all compilers and targets of this kind
// of CPU. The extremes show that no sum of narrow products overflows.
//
//===----------------------------------------------------------------------===//

#include "CompiledKernels.h"
#include "RunKept.h"

using namespace weebill::kernels;
using namespace weebill::targets;
using namespace weebill::tests;
namespace formats = weebill::formats;
namespace reference = weebill::reference;

namespace {

class GroupedMatrixTest : public KernelTest {};

constexpr int kGap = 3; // between rows of tokens

} // namespace

TEST_P(GroupedMatrixTest, LinearIsEqualToTheBit) {
  struct Case {
    const FileBlock *file;
    LinearShape shape;
  };
  std::vector<Case> cases;
  std::vector<PrintedKernel> kernels;
  for (const FileBlock &file : kFileBlocks)
    for (int64_t columns : {file.format->columnMultiple, 3 * file.format->columnMultiple}) // odd numbers of groups too
      for (auto [tokens, blocks] : {std::pair(1, target().decodeBlocks), std::pair(target().keptTokens, 1),
                                    std::pair(target().keptTokens, 2), std::pair(target().unitTokens, 1)})
        for (Epilogue epilogue : {Epilogue::None, Epilogue::Residual}) {
          if (tokens == 0)
            continue;
          cases.push_back({&file, {columns, tokens, blocks, epilogue}});
          kernels.push_back(printMatrix(*file.format, false, cases.back().shape, target()));
        }
  const CompiledKernels compiled(GetParam(), kernels);

  RandomNumbers random(1);
  for (size_t i = 0; i < cases.size(); ++i)
    for (bool extreme : {false, true}) {
      const LinearShape &s = cases[i].shape;
      const int rows = 16 * s.blocks, stride = rows + kGap;
      const KeptData data(*cases[i].file, s, rows, extreme, random);
      GuardedArray<f32> y = random.normals(s.tokens * stride), expected = y;
      for (int t = 0; t < s.tokens; ++t)
        for (int row = 0; row < rows; ++row) {
          f32 &e = expected[t * stride + row];
          e = s.epilogue == Epilogue::Residual ? e + data.value(t, row) : data.value(t, row);
        }
      runKept(compiled, kernels[i].name, data, 0, 0, y.data(), s.tokens > 1 ? stride : 0);
      expectSame(y, expected, kernels[i].name);
    }
}

TEST_P(GroupedMatrixTest, GatedIsEqualToTheBit) {
  std::vector<LinearShape> shapes;
  std::vector<const FileBlock *> files;
  std::vector<PrintedKernel> kernels;
  for (const FileBlock &file : kFileBlocks)
    for (auto [tokens, pairs] : {std::pair(1, target().decodePairs), std::pair(target().keptPairTokens, 1),
                                 std::pair(target().unitTokens, 1)}) {
      if (tokens == 0)
        continue;
      const Activation activation = tokens == 1 ? Activation::GeluTanh : Activation::Silu;
      shapes.push_back({file.format->columnMultiple * 2, tokens, pairs, Epilogue::None, activation});
      files.push_back(&file);
      kernels.push_back(printMatrix(*file.format, true, shapes.back(), target()));
    }
  const CompiledKernels compiled(GetParam(), kernels);

  RandomNumbers random(2);
  for (size_t i = 0; i < shapes.size(); ++i) {
    const LinearShape &s = shapes[i];
    const int rows = 16 * s.blocks, stride = rows + kGap;
    const KeptData data(*files[i], s, 2 * rows, false, random);
    GuardedArray<f32> y = random.normals(s.tokens * stride), expected = y;
    for (int t = 0; t < s.tokens; ++t)
      for (int row = 0; row < rows; ++row) {
        const int gate = row / 16 * 32 + row % 16, up = gate + 16;
        const f32 value = data.value(t, gate);
        expected[t * stride + row] =
            (s.activation == Activation::GeluTanh ? reference::geluTanh(value) : reference::silu(value)) *
            data.value(t, up);
      }
    runKept(compiled, kernels[i].name, data, 0, 0, y.data(), s.tokens > 1 ? stride : 0);
    expectSame(y, expected, kernels[i].name);
  }
}

TEST_P(GroupedMatrixTest, RowsOfEmbeddingsAreEqualToTheBit) {
  constexpr int kBlocks = 3, kRows = 32;
  std::string text = "namespace {\nstruct Range {\n  i32 from, to;\n};\n", functions;
  for (const FileBlock &file : kFileBlocks) {
    const formats::WeightFormat &format = *file.format;
    std::string embed = format.embedRow;
    const std::pair<std::string, std::string> holes[] = {
        {"$bytes", std::to_string(16 * kBlocks * format.kept->recordBytes)},
        {"$values", format.kept->values},
        {"$member", format.member},
        {"$columns", std::to_string(format.kept->columns)},
        {"$record", std::to_string(16 * format.kept->recordBytes)},
        {"$shared", std::to_string(formats::sharedOffset(*format.kept))}};
    for (const auto &[hole, value] : holes)
      for (size_t at; (at = embed.find(hole)) != embed.npos;)
        embed.replace(at, hole.size(), value);
    text += format.structText + embed;
    functions += std::string(kExported) + "void entry_embed" + format.functionSuffix +
                 "(const u8 *records, const u8 *factors, i32 id, i32 from, i32 to, f32 *x) {\n  (void)factors;\n"
                 "  embed_row(" +
                 format.member + (format.kept->rowFactors ? "{records, factors}" : "{records}") +
                 ", id, {from, to}, x);\n}\n";
  }
  const CompiledKernels compiled(GetParam(), {}, text + "} // namespace\n" + functions);

  RandomNumbers random(3);
  for (const FileBlock &file : kFileBlocks) {
    const int columns = int(kBlocks * file.format->columnMultiple), from = 7; // not where a block begins
    const KeptData data(file, {columns, 1, 1, Epilogue::None}, kRows, false, random);
    auto *embed = compiled.function<void(const u8 *, const u8 *, i32, i32, i32, f32 *)>(std::string("embed") +
                                                                                        file.format->functionSuffix);
    for (int row : {0, 5, 16, 31}) {
      GuardedArray<f32> x = random.normals(columns), expected = x;
      for (int k = from; k < columns; ++k)
        expected[k] = data.weight(row, k);
      embed(data.records.data(), data.factors.data(), row, from, columns, x.data());
      expectSame(x, expected, file.format->name);
    }
  }
}

INSTANTIATE_KERNEL_TESTS(GroupedMatrixTest);

TEST(GroupedMatrix, EveryKeptFormatIsTested) {
  size_t kept = 0;
  for (const formats::WeightFormat *format : formats::kFormats)
    kept += format->kept != nullptr;
  EXPECT_EQ(std::size(kFileBlocks), kept);
}

TEST(GroupedMatrix, ShapesThatCannotBeAreRefused) {
  const Target &target = targets().front();
  EXPECT_THROW(printKept(formats::kMatrixQ4_1, false, {48, 1, 1, Epilogue::None}, target), std::invalid_argument);
  EXPECT_THROW(printKept(formats::kMatrixQ4_1, true, {64, 1, 1, Epilogue::Residual}, target), std::invalid_argument);
}
