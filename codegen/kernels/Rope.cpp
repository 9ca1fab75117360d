//===- Rope.cpp - Rotary position embedding of one head -------------------===//
//
//   y[i]        = (a * cosine[i] - b * sine[i]) * scale        a = x[i], b = x[i + half]
//   y[i + half] = (b * cosine[i] + a * sine[i]) * scale
//
// Tested by tests/unit/codegen/kernels.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/KernelText.h"

using namespace Halide;

namespace weebill {

PrintedKernel printRope(int64_t headSize, const Target &target) {
  const std::string name = "rope_" + std::to_string(headSize);
  require(headSize > 0 && headSize % 32 == 0, name, "the head size is not a multiple of 32");
  const int half = int(headSize / 2);

  // Algorithm.
  ImageParam x(Float(32), 2, "x"), cosine(Float(32), 1, "cosine"), sine(Float(32), 1, "sine");
  Param<float> scale("scale");
  Var i("i"), which("which"), pair("pair");
  Func a("a"), b("b"), y("y");
  a(i) = x(i, 0);
  b(i) = x(i, 1);
  y(i, which) = select(which == 0, a(i) * cosine(i) - b(i) * sine(i), b(i) * cosine(i) + a(i) * sine(i)) * scale;

  // Schedule. Both halves of a vector of pairs are read before one is written: y may be x.
  fixShape(x, {half, 2});
  fixShape(cosine, {half});
  fixShape(sine, {half});
  fixShape(y.output_buffer(), {half, 2});
  y.split(i, pair, i, target.lanes).reorder(i, which, pair).unroll(which);
  inVectors(y, i, target.lanes);
  for (Func f : {a, b}) {
    f.compute_at(y, pair);
    elementsInVectors(f, i, target.lanes);
  }

  return printKernel(name, "y = x rotated by its position's angles, times scale; one head. y may be x.\n",
                     {constBuffer(Float(32), "x"), constBuffer(Float(32), "cosine"), constBuffer(Float(32), "sine"),
                      scalar(Float(32), "scale"), buffer(Float(32), "y")},
                     {y}, {x, cosine, sine, scale});
}

} // namespace weebill
