//===- QuantizedRow.h - Activation codes of a row, as Funcs ------*- C++ -*-===//
//
//   asymmetric   scale = max((high - low) / 255, 1e-20)    zero = clamp(round(-low / scale), 0, 255)
//   symmetric    scale = max(greatest |x| / 127, 1e-20)    zero = 128
//   code = round(x / scale) + zero
//
// Shared by Quantize.cpp and RmsNormQuantize.cpp. Tested by tests/unit/codegen/kernels/RowCodesTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_KERNELS_QUANTIZEDROW_H
#define WEEBILL_CODEGEN_KERNELS_QUANTIZEDROW_H

#include "codegen/kernels/KernelText.h"

namespace weebill::kernels {

class QuantizedRow {
public:
  /// `row` is called with the index of an element. The padding holds zeros, which are always inside [low, high].
  QuantizedRow(int64_t columns, Halide::Func row, CodeRange range);

  void schedule(int lanes);

  std::vector<Halide::Func> outputs() const { return {codes, tokenScale, tokenZero}; }
  static std::vector<KernelParameter> outputParameters();

private:
  int columns;
  Halide::Var i{"i"}, lane{"lane"}, way{"way"}, part{"part"};
  Halide::RDom group, lanes;
  Halide::Func lows{"lows"}, highs{"highs"}, laneLow{"lane_low"}, laneHigh{"lane_high"}, low{"low"}, high{"high"};
  Halide::Func scale{"scale"}, inverseScale{"inverse_scale"}, zero{"zero"};
  Halide::Func codes{"codes"}, tokenScale{"token_scale"}, tokenZero{"token_zero"};
};

/// "_symmetric_" in a kernel's name, and what its comment says of the scale.
std::string codesSuffix(CodeRange range);
std::string codesComment(CodeRange range);

} // namespace weebill::kernels

#endif // WEEBILL_CODEGEN_KERNELS_QUANTIZEDROW_H
