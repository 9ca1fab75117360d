//===- Quantize.cpp - Activation codes of a row ---------------------------===//
//
// QuantizedRow.h has the arithmetic. Tested by tests/unit/codegen/kernels/RowKernelsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/NormalizedRow.h"
#include "codegen/kernels/QuantizedRow.h"

using namespace Halide;

namespace weebill::kernels {

PrintedKernel printQuantize(int64_t columns, CodeRange range, const targets::Target &target) {
  ImageParam x(Float(32), 1, "x");
  fixShape(x, {paddedColumns(columns)});
  QuantizedRow quantized(columns, x, range);
  quantized.schedule(target.lanes);

  std::vector<KernelParameter> parameters = {constBuffer(Float(32), "x")};
  for (const KernelParameter &output : QuantizedRow::outputParameters())
    parameters.push_back(output);
  return printKernel("quantize" + QuantizedRow::suffix(range) + std::to_string(columns),
                     "codes = x, " + QuantizedRow::comment(range) + ".\n" + rowSchedule(target), parameters,
                     quantized.outputs(), {x});
}

} // namespace weebill::kernels
