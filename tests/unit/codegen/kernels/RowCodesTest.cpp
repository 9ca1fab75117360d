//===- RowCodesTest.cpp - Rows become codes -------------------------------===//
//
// With a scale for a row or for each 32 columns, behind a norm or without: against plain loops, to the bit.
//
//===----------------------------------------------------------------------===//

#include "CompiledKernels.h"
#include "OddRows.h"
#include "RandomNumbers.h"
#include "ReferenceLoops.h"

using namespace weebill::kernels;
using namespace weebill::targets;
using namespace weebill::tests;
namespace reference = weebill::reference;

namespace {

class RowCodesTest : public KernelTest {};

const CodeRange kRanges[] = {CodeRange::Asymmetric, CodeRange::Symmetric};

void expectCodes(const GuardedArray<f32> &x, CodeRange range, const GuardedArray<u8> &codes,
                 const GuardedArray<f32> &scale, const GuardedArray<i32> &zero, const std::string &what) {
  GuardedArray<u8> expected(x.size());
  GuardedArray<f32> expectedScale(1);
  GuardedArray<i32> expectedZero(1);
  const auto quantize = range == CodeRange::Symmetric ? reference::quantizeSymmetric : reference::quantize;
  quantize(x.data(), i64(x.size()), expected.data(), expectedScale[0], expectedZero[0]);
  expectSame(codes, expected, what);
  expectSame(scale, expectedScale, what);
  expectSame(zero, expectedZero, what);
}

} // namespace

TEST_P(RowCodesTest, Quantize) {
  std::vector<PrintedKernel> kernels;
  for (int64_t n : kColumns)
    for (CodeRange range : kRanges)
      kernels.push_back(printQuantize(n, range, target()));
  const CompiledKernels compiled(GetParam(), kernels);

  RandomNumbers random(6);
  for (size_t i = 0; i < kernels.size(); ++i)
    for (const GuardedArray<f32> &x : rows(kColumns[i / 2], random)) {
      GuardedArray<u8> codes(x.size());
      GuardedArray<f32> scale(1);
      GuardedArray<i32> zero(1);
      compiled.function<void(const f32 *, u8 *, f32 *, i32 *)>(kernels[i].name)(x.data(), codes.data(), scale.data(),
                                                                                zero.data());
      expectCodes(x, kRanges[i % 2], codes, scale, zero, kernels[i].name);
    }
}

TEST_P(RowCodesTest, RmsNormQuantize) {
  std::vector<PrintedKernel> kernels;
  for (int64_t n : kColumns)
    for (CodeRange range : kRanges)
      kernels.push_back(printRmsNormQuantize(n, range, target()));
  const CompiledKernels compiled(GetParam(), kernels);

  RandomNumbers random(7);
  for (size_t i = 0; i < kernels.size(); ++i)
    for (const GuardedArray<f32> &x : rows(kColumns[i / 2], random)) {
      const GuardedArray<f32> gain = gains(kColumns[i / 2], random);
      GuardedArray<f32> normalized(x.size()), scale(1);
      GuardedArray<u8> codes(x.size());
      GuardedArray<i32> zero(1);
      normalize(x, gain, kColumns[i / 2], normalized);
      compiled.function<void(const f32 *, const f32 *, f32, u8 *, f32 *, i32 *)>(kernels[i].name)(
          x.data(), gain.data(), kEpsilon, codes.data(), scale.data(), zero.data());
      expectCodes(normalized, kRanges[i % 2], codes, scale, zero, kernels[i].name);
    }
}

TEST_P(RowCodesTest, CodesInGroups) {
  std::vector<PrintedKernel> kernels;
  for (int64_t n : kColumns) {
    kernels.push_back(printQuantize(n, CodeRange::Groups, target()));
    kernels.push_back(printRmsNormQuantize(n, CodeRange::Groups, target()));
  }
  const CompiledKernels compiled(GetParam(), kernels);

  RandomNumbers random(8);
  for (size_t i = 0; i < kernels.size(); ++i)
    for (const GuardedArray<f32> &x : rows(kColumns[i / 2], random)) {
      const GuardedArray<f32> gain = gains(kColumns[i / 2], random);
      const size_t groups = x.size() / 32;
      GuardedArray<f32> values = x, scale(groups), weighed(groups), expectedScale(groups), expectedWeighed(groups);
      GuardedArray<i8> codes(x.size()), expected(x.size());
      GuardedArray<i32> sum(groups), expectedSum(groups);
      if (i % 2) {
        normalize(x, gain, kColumns[i / 2], values);
        compiled.function<void(const f32 *, const f32 *, f32, i8 *, f32 *, i32 *, f32 *)>(kernels[i].name)(
            x.data(), gain.data(), kEpsilon, codes.data(), scale.data(), sum.data(), weighed.data());
      } else {
        compiled.function<void(const f32 *, i8 *, f32 *, i32 *, f32 *)>(kernels[i].name)(
            x.data(), codes.data(), scale.data(), sum.data(), weighed.data());
      }
      for (size_t group = 0; group < groups; ++group) {
        expectedScale[group] = reference::codeHead(values.data() + 32 * group, 32, expected.data() + 32 * group);
        for (size_t k = 0; k < 32; ++k)
          expectedSum[group] += expected[32 * group + k];
        expectedWeighed[group] = expectedScale[group] * f32(expectedSum[group]);
      }
      expectSame(codes, expected, kernels[i].name);
      expectSame(scale, expectedScale, kernels[i].name + ", scales");
      expectSame(sum, expectedSum, kernels[i].name + ", sums");
      expectSame(weighed, expectedWeighed, kernels[i].name + ", weighed sums");
    }
}

INSTANTIATE_KERNEL_TESTS(RowCodesTest);
