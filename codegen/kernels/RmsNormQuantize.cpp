//===- RmsNormQuantize.cpp - Activation codes of a normalized row ---------===//
//
// NormalizedRow.h and QuantizedRow.h have the arithmetic. Tested by tests/unit/codegen/kernels/RowKernelsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/NormalizedRow.h"
#include "codegen/kernels/QuantizedRow.h"

using namespace Halide;

namespace weebill::kernels {

PrintedKernel printRmsNormQuantize(int64_t columns, CodeRange range, const targets::Target &target) {
  NormalizedRow normalized(columns);
  Var i("i");
  Func row("row");
  row(i) = normalized.at(i);
  QuantizedRow quantized(columns, row, range);

  // The row is kept: it is read for the smallest, for the greatest and for the codes.
  normalized.schedule(target.lanes);
  row.compute_root().bound_extent(i, paddedColumns(columns));
  elementsInVectors(row, i, target.lanes);
  quantized.schedule(target.lanes);

  std::vector<KernelParameter> parameters = {constBuffer(Float(32), "x"), constBuffer(Float(32), "gain"),
                                             scalar(Float(32), "epsilon")};
  for (const KernelParameter &output : QuantizedRow::outputParameters())
    parameters.push_back(output);
  return printKernel("rms_norm_quantize" + QuantizedRow::suffix(range) + std::to_string(columns),
                     "codes = x / root mean square of x * gain, " + QuantizedRow::comment(range) + ".\n" +
                         rowSchedule(target),
                     parameters, quantized.outputs(), normalized.inputs());
}

} // namespace weebill::kernels
