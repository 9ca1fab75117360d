//===- RmsNormQuantize.cpp - Activation codes of a normalized row ---------===//
//
// NormalizedRow.h, QuantizedRow.h and QuantizedGroups.h have the arithmetic. Tested by
// tests/unit/codegen/kernels/RowCodesTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/NormalizedRow.h"
#include "codegen/kernels/QuantizedGroups.h"
#include "codegen/kernels/QuantizedRow.h"

using namespace Halide;

namespace weebill::kernels {

template <class Quantized>
static PrintedKernel print(int64_t columns, CodeRange range, NormalizedRow normalized, Func row, Var i,
                           Quantized quantized, const targets::Target &target) {
  // The row is kept: it is read for the smallest, for the greatest and for the codes.
  normalized.schedule(target.lanes);
  row.compute_root().bound_extent(i, paddedColumns(columns));
  elementsInVectors(row, i, target.lanes);
  quantized.schedule(target.lanes);

  std::vector<KernelParameter> parameters = {constBuffer(Float(32), "x"), constBuffer(Float(32), "gain"),
                                             scalar(Float(32), "epsilon")};
  for (const KernelParameter &output : Quantized::outputParameters())
    parameters.push_back(output);
  return printKernel("rms_norm_quantize" + codesSuffix(range) + std::to_string(columns),
                     "codes = x / root mean square of x * gain, " + codesComment(range) + ".\n" + rowSchedule(target),
                     parameters, quantized.outputs(), normalized.inputs());
}

PrintedKernel printRmsNormQuantize(int64_t columns, CodeRange range, const targets::Target &target) {
  NormalizedRow normalized(columns);
  Var i("i");
  Func row("row");
  row(i) = normalized.at(i);
  return range == CodeRange::Groups
             ? print(columns, range, normalized, row, i, QuantizedGroups(columns, row), target)
             : print(columns, range, normalized, row, i, QuantizedRow(columns, row, range), target);
}

} // namespace weebill::kernels
