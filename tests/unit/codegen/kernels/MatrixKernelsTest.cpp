//===- MatrixKernelsTest.cpp - Linear and SwiGLU kernels ------------------===//
//
// Against plain loops, to the bit. The int8 extremes (all codes 255, all weights -127 or 127) show that no step
// saturates.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/MatrixKernels.h"
#include "CompiledKernels.h"
#include "RandomNumbers.h"
#include "ReferenceLoops.h"

using namespace weebill::kernels;
using namespace weebill::targets;
using namespace weebill::tests;
namespace reference = weebill::reference;

namespace {

class MatrixKernelsTest : public KernelTest {};

constexpr int kGap = 3; // between rows of tokens

/// One token's and a tile's groups of blocks, and the single blocks that may be left over.
std::vector<LinearShape> shapes(const std::vector<int64_t> &columns, const Target &t, bool pairs, bool residual) {
  std::vector<LinearShape> all;
  for (int64_t k : columns)
    for (auto [tokens, blocks] : {std::pair(1, pairs ? t.decodePairs : t.decodeBlocks), std::pair(1, 1),
                                  std::pair(t.tileTokens, pairs ? t.tilePairs : t.tileBlocks),
                                  std::pair(t.tileTokens, 1), std::pair(t.unitTokens, 2), std::pair(t.unitTokens, 1)}) {
      if (tokens == 0)
        continue;
      LinearShape shape{k, tokens, blocks, Epilogue::None};
      auto same = [&](const LinearShape &s) { return s.columns == k && s.tokens == tokens && s.blocks == blocks; };
      if (std::any_of(all.begin(), all.end(), same))
        continue;
      all.push_back(shape);
      if (residual) {
        shape.epilogue = Epilogue::Residual;
        all.push_back(shape);
      }
    }
  return all;
}

/// An int8 matrix and codes for it. `extreme` has the greatest magnitudes everywhere.
struct Int8Data {
  GuardedArray<u8> codes;
  GuardedArray<i8> values;
  GuardedArray<i32> rowSum, tokenZero;
  GuardedArray<f32> scale, tokenScale;

  Int8Data(const LinearShape &s, int rows, bool extreme, RandomNumbers &random)
      : codes(s.tokens * s.columns), values(rows * s.columns), rowSum(rows), tokenZero(s.tokens), scale(rows),
        tokenScale(s.tokens) {
    for (size_t i = 0; i < codes.size(); ++i)
      codes[i] = u8(extreme ? 255 : random.between(0, 255));
    for (size_t i = 0; i < values.size(); ++i)
      values[i] = i8(extreme ? (i / 4 % 2 ? 127 : -127) : random.between(-127, 127));
    for (int row = 0; row < rows; ++row) {
      scale[row] = 0.001f * f32(row + 1);
      for (int64_t k = 0; k < s.columns; ++k)
        rowSum[row] += reference::weight(values.data(), s.columns, row, k);
    }
    for (int t = 0; t < s.tokens; ++t) {
      tokenScale[t] = 0.013f * f32(t + 1);
      tokenZero[t] = extreme ? 255 : 77 + t;
    }
  }

  f32 value(const LinearShape &s, int token, int64_t row) const {
    return reference::linearInt8(codes.data() + token * s.columns, values.data(), rowSum.data(), scale.data(),
                                 tokenScale[token], tokenZero[token], s.columns, row);
  }
};

using OneToken = void(const u8 *, const i8 *, const i32 *, const f32 *, const f32 *, const i32 *, f32 *);
using Tile = void(const u8 *, const i8 *, const i32 *, const f32 *, const f32 *, const i32 *, f32 *, i32);

void run(const CompiledKernels &compiled, const std::string &name, const LinearShape &s, const Int8Data &d, f32 *y,
         i32 stride) {
  if (s.tokens == 1)
    compiled.function<OneToken>(name)(d.codes.data(), d.values.data(), d.rowSum.data(), d.scale.data(),
                                      d.tokenScale.data(), d.tokenZero.data(), y);
  else
    compiled.function<Tile>(name)(d.codes.data(), d.values.data(), d.rowSum.data(), d.scale.data(), d.tokenScale.data(),
                                  d.tokenZero.data(), y, stride);
}

template <class T> using OneTokenOfFloats = void(const f32 *, const T *, f32 *);
template <class T> using TileOfFloats = void(const f32 *, const T *, f32 *, i32, i32);

template <class T>
void run(const CompiledKernels &compiled, const std::string &name, const LinearShape &s, const f32 *x, i32 xStride,
         const T *values, f32 *y, i32 yStride) {
  if (s.tokens == 1)
    compiled.function<OneTokenOfFloats<T>>(name)(x, values, y);
  else
    compiled.function<TileOfFloats<T>>(name)(x, values, y, xStride, yStride);
}

/// Weights as a kernel takes them, and what they are worth.
template <class T> struct FloatData {
  GuardedArray<T> stored;
  GuardedArray<f32> values;

  FloatData(size_t size, f32 magnitude, RandomNumbers &random) : stored(size), values(random.normals(size, magnitude)) {
    for (size_t i = 0; i < size; ++i)
      if constexpr (std::is_same_v<T, u16>) {
        stored[i] = reference::toHalf(i % 5 ? values[i] : values[i] * 1e-6f); // subnormal numbers too
        values[i] = reference::fromHalf(stored[i]);
      } else {
        stored[i] = values[i];
      }
  }
};

using PrintKernel = PrintedKernel(const LinearShape &, const Target &);

template <class T> void testLinearFloat(const Build &build, const std::vector<LinearShape> &all, PrintKernel *print) {
  std::vector<PrintedKernel> kernels;
  for (const LinearShape &shape : all)
    kernels.push_back(print(shape, *build.target));
  const CompiledKernels compiled(build, kernels);

  RandomNumbers random(3);
  for (size_t i = 0; i < all.size(); ++i) {
    const LinearShape &s = all[i];
    const int rows = 16 * s.blocks, xStride = int(s.columns) + kGap, yStride = rows + kGap;
    const GuardedArray<f32> x = random.normals(s.tokens * xStride);
    const FloatData<T> data(rows * s.columns, 1, random);
    GuardedArray<f32> y = random.normals(s.tokens * yStride), expected = y;
    for (int t = 0; t < s.tokens; ++t)
      for (int row = 0; row < rows; ++row) {
        const f32 value = reference::linearF32(x.data() + t * xStride, data.values.data(), s.columns, row);
        f32 &e = expected[t * yStride + row];
        e = s.epilogue == Epilogue::Residual ? e + value : value;
      }
    run(compiled, kernels[i].name, s, x.data(), xStride, data.stored.data(), y.data(), yStride);
    expectSame(y, expected, kernels[i].name);
  }
}

/// What a gate goes through, as docs/numerics.md says.
f32 activated(Activation activation, f32 gate) {
  return activation == Activation::GeluTanh ? reference::geluTanh(gate) : reference::silu(gate);
}

/// Both activations in turn.
std::vector<LinearShape> gatedShapes(std::vector<LinearShape> all) {
  for (size_t i = 1; i < all.size(); i += 2)
    all[i].activation = Activation::GeluTanh;
  return all;
}

template <class T> void testGatedFloat(const Build &build, const std::vector<LinearShape> &all, PrintKernel *print) {
  std::vector<PrintedKernel> kernels;
  for (const LinearShape &shape : all)
    kernels.push_back(print(shape, *build.target));
  const CompiledKernels compiled(build, kernels);

  RandomNumbers random(4);
  for (size_t i = 0; i < all.size(); ++i) {
    const LinearShape &s = all[i];
    const int rows = 16 * s.blocks, xStride = int(s.columns) + kGap, yStride = rows + kGap;
    const GuardedArray<f32> x = random.normals(s.tokens * xStride);
    const FloatData<T> data(2 * rows * s.columns, 0.1f, random);
    GuardedArray<f32> y = random.normals(s.tokens * yStride), expected = y;
    for (int t = 0; t < s.tokens; ++t)
      for (int row = 0; row < rows; ++row) {
        const int gate = row / 16 * 32 + row % 16;
        auto value = [&](int r) {
          return reference::linearF32(x.data() + t * xStride, data.values.data(), s.columns, r);
        };
        expected[t * yStride + row] = activated(s.activation, value(gate)) * value(gate + 16);
      }
    run(compiled, kernels[i].name, s, x.data(), xStride, data.stored.data(), y.data(), yStride);
    expectSame(y, expected, kernels[i].name);
  }
}

} // namespace

TEST_P(MatrixKernelsTest, LinearInt8) {
  const std::vector<LinearShape> all = shapes({64, 192, 576, 1536}, target(), false, true);
  std::vector<PrintedKernel> kernels;
  for (const LinearShape &shape : all)
    kernels.push_back(printLinearInt8(shape, target()));
  const CompiledKernels compiled(GetParam(), kernels);

  RandomNumbers random(1);
  for (size_t i = 0; i < all.size(); ++i)
    for (bool extreme : {false, true}) {
      const LinearShape &s = all[i];
      const int rows = 16 * s.blocks, stride = rows + kGap;
      const Int8Data data(s, rows, extreme, random);
      GuardedArray<f32> y = random.normals(s.tokens * stride), expected = y;
      for (int t = 0; t < s.tokens; ++t)
        for (int row = 0; row < rows; ++row) {
          f32 &e = expected[t * stride + row];
          e = s.epilogue == Epilogue::Residual ? e + data.value(s, t, row) : data.value(s, t, row);
        }
      run(compiled, kernels[i].name, s, data, y.data(), stride);
      expectSame(y, expected, kernels[i].name);
    }
}

TEST_P(MatrixKernelsTest, GatedInt8) {
  const std::vector<LinearShape> all = gatedShapes(shapes({64, 576}, target(), true, false));
  std::vector<PrintedKernel> kernels;
  for (const LinearShape &shape : all)
    kernels.push_back(printGatedInt8(shape, target()));
  const CompiledKernels compiled(GetParam(), kernels);

  RandomNumbers random(2);
  for (size_t i = 0; i < all.size(); ++i)
    for (bool extreme : {false, true}) {
      const LinearShape &s = all[i];
      const int rows = 16 * s.blocks, stride = rows + kGap;
      const Int8Data data(s, 2 * rows, extreme, random);
      GuardedArray<f32> y = random.normals(s.tokens * stride), expected = y;
      for (int t = 0; t < s.tokens; ++t)
        for (int row = 0; row < rows; ++row) {
          const int gate = row / 16 * 32 + row % 16, up = gate + 16;
          expected[t * stride + row] = activated(s.activation, data.value(s, t, gate)) * data.value(s, t, up);
        }
      run(compiled, kernels[i].name, s, data, y.data(), stride);
      expectSame(y, expected, kernels[i].name);
    }
}

TEST_P(MatrixKernelsTest, LinearF32) {
  const std::vector<LinearShape> all = shapes({36, 64, 192, 576}, target(), false, true);
  testLinearFloat<f32>(GetParam(), all, printLinearF32);
}

TEST_P(MatrixKernelsTest, LinearF16) {
  testLinearFloat<u16>(GetParam(), shapes({36, 576}, target(), false, true), printLinearF16);
}

TEST_P(MatrixKernelsTest, GatedF32) {
  testGatedFloat<f32>(GetParam(), gatedShapes(shapes({64, 576}, target(), true, false)), printGatedF32);
}

TEST_P(MatrixKernelsTest, GatedF16) {
  testGatedFloat<u16>(GetParam(), gatedShapes(shapes({36, 576}, target(), true, false)), printGatedF16);
}

INSTANTIATE_KERNEL_TESTS(MatrixKernelsTest);

TEST(MatrixKernels, ShapesThatCannotBeAreRefused) {
  const Target &target = targets().front();
  EXPECT_THROW(printLinearInt8({100, 1, 1, Epilogue::None}, target), std::invalid_argument);   // not padded
  EXPECT_THROW(printLinearInt8({66048, 1, 1, Epilogue::None}, target), std::invalid_argument); // sums would overflow
  EXPECT_THROW(printLinearInt8({64, 0, 1, Epilogue::None}, target), std::invalid_argument);
  EXPECT_THROW(printGatedInt8({64, 1, 1, Epilogue::Residual}, target), std::invalid_argument);
}
