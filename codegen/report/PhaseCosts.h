//===- PhaseCosts.h - What a phase reads and computes ------------*- C++ -*-===//
//
// Bytes and operations of steps, from the plan alone; the report's numbers. Tested by
// tests/unit/codegen/report/PhaseCostsTest.cpp.
//
// Bytes are those that come from large memory: weights as they are stored, padding with them, once in a pass whatever
// its tokens, and the cache. Buffers of the arena and RoPE's tables are left out: they stay in the caches.
//
// Operations are those that the kernels execute on whole rows, blocks of 64 positions and stored columns. A
// multiply-add counts two. With docs/numerics.md, for each token:
//
//     norm of N            4 N + 4     square, add, times inverse, times gain | mean, epsilon, root, inverse
//     quantize N           7 N + 7     minimum, maximum, times inverse, round, add, two clamps | scale and zero point
//     int8 matrix R x C    2 R C integer, then 2 R integer (zero * row_sum, subtract) and 2 R float (two scales)
//     float matrix R x C   2 R C
//     residual of R        R more
//     exp                  23          two clamps, times, round, 2 fma, 5 fma, times, fma, add, exponent
//     silu                 26          negate, exp, add, divide
//     SwiGLU of H          27 H more   silu, times up
//     gelu                 30          square, 2 of an fma, times, negate, exp, add, divide
//     GeGLU of H           31 H more   gelu, times up
//     scale of N           N
//     mix of N             N log2 of the columns of a group: a sum or a difference for each element and stride
//     bias of N            N
//     norm of H heads, N   5 N + 4 H   as a norm, and the scale; N less without a gain
//     RoPE of N            4 N         two products, their sum, the scale
//     attention, P positions rounded up to 64, each query head:
//                          4 P headSize (scores, values) + 26 P (maximum, subtract, exp, sum) + headSize
//                          of an int8 cache the 4 P headSize are integer, and floats besides are mix + 7 headSize
//                          (the query's codes) + 2 P (two scales) + 4 P (weights' codes: value scale, maximum, times
//                          inverse, round) + 2 headSize P / 64 (a fma for each block)
//     append N to an int8 cache
//                          7 N         magnitude, maximum, times inverse, round, two clamps; mix more for keys
//     mix of a head        as of a row; what is mixed is the greatest power of two in headSize
//     embedding of N       N if the matrix is int8
//     convolution of N, W tokens
//                          (2 W + 2) N  the gate before, W fma, the gate behind
//
// Where blocks are of two kinds, a cost is that of a visit on average.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_REPORT_PHASECOSTS_H
#define WEEBILL_CODEGEN_REPORT_PHASECOSTS_H

#include "codegen/plan/ModelPlan.h"
#include "codegen/weights/Layout.h"

#include <cstdint>

namespace weebill::report {

/// Tokens that go through the model together, at positions [firstPosition, firstPosition + tokens).
struct Pass {
  int64_t tokens = 1;
  int64_t firstPosition = 0;
};

struct Cost {
  int64_t weightBytes = 0;
  int64_t cacheBytesRead = 0, cacheBytesWritten = 0;
  int64_t integerOperations = 0, floatOperations = 0;

  int64_t bytes() const { return weightBytes + cacheBytesRead + cacheBytesWritten; }
  int64_t operations() const { return integerOperations + floatOperations; }
  Cost &operator+=(const Cost &other);
  bool operator==(const Cost &) const = default;
};

/// One execution of a step for all tokens of a pass. Throws std::out_of_range for a plan whose indices lead nowhere.
Cost costOf(const plan::StepPlan &step, const plan::ModelPlan &plan, const weights::WeightsLayout &layout,
            const Pass &pass);
Cost costOf(const plan::PhasePlan &phase, const plan::ModelPlan &plan, const weights::WeightsLayout &layout,
            const Pass &pass);

/// What is dealt out of a step: `count` units, `first` of them at the front belonging to others' slices of the matrix.
struct DealtUnits {
  int64_t units = 0;            // of the whole matrix: thread i of n owns [units * i / n, units * (i + 1) / n)
  int64_t first = 0, count = 0; // the step's own slice
};

/// The units that a step deals out in a pass. Share::Every deals out nothing: count is 0.
DealtUnits dealtUnits(const plan::StepPlan &step, const plan::Partition &partition, const plan::ModelPlan &plan,
                      const Pass &pass);

/// How many of the units are thread `thread`'s.
int64_t unitsOfThread(const DealtUnits &dealt, int thread, int threads);

/// The part of a step's work that one thread does, 0 to 1; 1 for Share::Every.
double shareOfThread(const DealtUnits &dealt, int thread, int threads);

} // namespace weebill::report

#endif // WEEBILL_CODEGEN_REPORT_PHASECOSTS_H
