//===- CodedHead.h - Codes of heads of numbers, as Funcs ---------*- C++ -*-===//
//
//   scale = greatest |x| / 127        code = clamp(round(x / scale), -127, 127), 0 if the scale is next to nothing
//
// For an int8 cache, of keys and values (CacheAppend.cpp) and of queries (CodedQuery.h). Tested by
// tests/unit/codegen/kernels/CacheKernelsTest.cpp and AttentionKernelsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_KERNELS_CODEDHEAD_H
#define WEEBILL_CODEGEN_KERNELS_CODEDHEAD_H

#include "codegen/kernels/KernelText.h"

namespace weebill::kernels {

class CodedHead {
public:
  /// Of each of `heads` heads; `x(d, head)` is an element.
  using Element = std::function<Halide::Expr(Halide::Expr d, Halide::Expr head)>;
  CodedHead(Element x, int64_t headSize, int64_t heads = 1);

  void schedule(int lanes);

  /// The code of an element, a float that is an integer; the scale of a head.
  Halide::Expr code(Halide::Expr d, Halide::Expr head) const;
  Halide::Expr scale(Halide::Expr head) const { return step(head); }

private:
  Element x;
  int heads;
  Halide::Var lane{"lane"}, part{"part"}, head{"head"};
  Halide::RDom group, lanes;
  Halide::Func greatests{"greatests"}, laneGreatest{"lane_greatest"}, greatest{"greatest"};
  Halide::Func step{"step"}, inverseScale{"inverse_scale"};
};

} // namespace weebill::kernels

#endif // WEEBILL_CODEGEN_KERNELS_CODEDHEAD_H
