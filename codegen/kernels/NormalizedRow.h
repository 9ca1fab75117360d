//===- NormalizedRow.h - RMS norm of a row, as Funcs -------------*- C++ -*-===//
//
//   y[i] = (x[i] * inverse) * gain[i]        inverse = 1 / sqrt(mean of x * x + epsilon)
//
// Shared by RmsNorm.cpp and RmsNormQuantize.cpp. Tested by tests/unit/codegen/kernels/RowKernelsTest.cpp
// and RowCodesTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_KERNELS_NORMALIZEDROW_H
#define WEEBILL_CODEGEN_KERNELS_NORMALIZEDROW_H

#include "codegen/kernels/KernelText.h"

namespace weebill::kernels {

/// A row of float32 is read 64 elements a step, in four ways of 16 lanes: one chain of sums would be 1.7 times slower.
constexpr int kRowWays = 4;
constexpr int kRowStep = kRowWays * kBlockRows;

/// `columns` with its padding.
int paddedColumns(int64_t columns);

/// The line of a comment.
std::string rowSchedule(const targets::Target &target);

class NormalizedRow {
public:
  /// The mean is over `columns` elements; the padding behind them is zero and does not change the sum.
  explicit NormalizedRow(int64_t columns);

  void schedule(int lanes);
  Halide::Expr at(Halide::Expr i) const;

  std::vector<Halide::Argument> inputs() const { return {x, gain, epsilon}; }

private:
  int columns;
  Halide::ImageParam x{Halide::Float(32), 1, "x"}, gain{Halide::Float(32), 1, "gain"};
  Halide::Param<float> epsilon{"epsilon"};
  Halide::Var lane{"lane"}, way{"way"}, part{"part"};
  Halide::RDom group, lanes;
  Halide::Func squares{"squares"}, laneSum{"lane_sum"}, total{"total"}, inverse{"inverse"};
};

} // namespace weebill::kernels

#endif // WEEBILL_CODEGEN_KERNELS_NORMALIZEDROW_H
