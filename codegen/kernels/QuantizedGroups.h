//===- QuantizedGroups.h - Activation codes in groups of 32 ------*- C++ -*-===//
//
//   scale = greatest |x| / 127        code = clamp(round(x / scale), -127, 127), 0 if the scale is next to nothing
//   sum of the codes, and what it is worth
//
// Shared by Quantize.cpp and RmsNormQuantize.cpp. Tested by tests/unit/codegen/kernels/RowCodesTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_KERNELS_QUANTIZEDGROUPS_H
#define WEEBILL_CODEGEN_KERNELS_QUANTIZEDGROUPS_H

#include "codegen/kernels/KernelText.h"

namespace weebill::kernels {

class QuantizedGroups {
public:
  /// `row` is called with the index of an element. The padding holds zeros.
  QuantizedGroups(int64_t columns, Halide::Func row);

  void schedule(int lanes);

  std::vector<Halide::Func> outputs() const { return {codes, tokenScale, tokenSum, weighedSum}; }
  static std::vector<KernelParameter> outputParameters();

private:
  int groups;
  Halide::Var k{"k"}, group{"group"}, lane{"lane"}, part{"part"};
  Halide::RDom lanes, columns;
  Halide::Func greatests{"greatests"}, greatest{"greatest"}, step{"step"}, inverseScale{"inverse_scale"};
  Halide::Func sum{"sum"}, codes{"codes"};
  Halide::Func tokenScale{"token_scale"}, tokenSum{"token_sum"}, weighedSum{"weighed_sum"};
};

} // namespace weebill::kernels

#endif // WEEBILL_CODEGEN_KERNELS_QUANTIZEDGROUPS_H
