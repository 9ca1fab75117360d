//===- Rope.cpp - Rotary position embedding of one head -------------------===//
//
//   y[i]        = (a * cosine[i] - b * sine[i]) * scale        a = x[i], b = x[i + half]
//   y[i + half] = (b * cosine[i] + a * sine[i]) * scale
//
// Tested by tests/unit/codegen/kernels/RowKernelsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/KernelText.h"

using namespace Halide;

namespace weebill::kernels {

PrintedKernel printRope(int64_t headSize, const targets::Target &target) {
  const std::string name = "rope_" + std::to_string(headSize);
  require(headSize > 0 && headSize % 16 == 0, name, "the head size is not a multiple of 16");
  const int half = int(headSize / 2);

  // Algorithm.
  ImageParam x(Float(32), 2, "x"), cosine(Float(32), 1, "cosine"), sine(Float(32), 1, "sine");
  Param<float> scale("scale");
  Var i("i"), which("which"), pair("pair");
  Func a("a"), b("b"), y("y");
  a(i) = x(i, 0);
  b(i) = x(i, 1);
  y(i, which) = select(which == 0, a(i) * cosine(i) - b(i) * sine(i), b(i) * cosine(i) + a(i) * sine(i)) * scale;

  // Schedule.
  fixShape(x, {half, 2});
  fixShape(cosine, {half});
  fixShape(sine, {half});
  fixShape(y.output_buffer(), {half, 2});
  // A half that is no whole number of vectors goes in vectors all the same, the last of which begins early, over what
  // the one before has done; a half that is shorter than a vector goes number by number.
  const int lanes = half >= target.lanes ? target.lanes : 1;
  const bool whole = half % lanes == 0;
  y.split(i, pair, i, lanes, whole ? TailStrategy::Auto : TailStrategy::ShiftInwards)
      .reorder(i, which, pair)
      .unroll(which);
  inVectors(y, i, lanes);
  for (Func f : {a, b}) {
    // What is rotated is read before it is written over: y may be x. Vectors that overlap read everything before.
    if (whole) {
      f.compute_at(y, pair);
      elementsInVectors(f, i, lanes);
    } else {
      f.compute_root().bound_extent(i, half).vectorize(i, lanes, TailStrategy::ShiftInwards);
    }
  }

  return printKernel(name, "y = x rotated by its position's angles, times scale; one head. y may be x.\n",
                     {constBuffer(Float(32), "x"), constBuffer(Float(32), "cosine"), constBuffer(Float(32), "sine"),
                      scalar(Float(32), "scale"), buffer(Float(32), "y")},
                     {y}, {x, cosine, sine, scale});
}

} // namespace weebill::kernels
