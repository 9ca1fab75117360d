//===- CodedHead.h - Codes of a head's key or value, as Funcs ----*- C++ -*-===//
//
//   scale = greatest |x| / 127        code = clamp(round(x / scale), -127, 127), 0 if the scale is next to nothing
//
// For an int8 cache: CacheAppend.cpp. Tested by tests/unit/codegen/kernels/AttentionKernelsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_KERNELS_CODEDHEAD_H
#define WEEBILL_CODEGEN_KERNELS_CODEDHEAD_H

#include "codegen/kernels/KernelText.h"

namespace weebill::kernels {

class CodedHead {
public:
  CodedHead(Halide::ImageParam x, int64_t headSize);

  void schedule(int lanes);

  /// The code of element `d`, and the Func of the scale, which has one element.
  Halide::Expr code(Halide::Expr d) const;
  Halide::Func scale() const { return tokenScale; }

private:
  Halide::ImageParam x;
  Halide::Var lane{"lane"}, part{"part"};
  Halide::RDom group, lanes;
  Halide::Func greatests{"greatests"}, laneGreatest{"lane_greatest"}, greatest{"greatest"};
  Halide::Func step{"step"}, inverseScale{"inverse_scale"}, tokenScale{"scale"};
};

} // namespace weebill::kernels

#endif // WEEBILL_CODEGEN_KERNELS_CODEDHEAD_H
