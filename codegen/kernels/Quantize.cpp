//===- Quantize.cpp - Activation codes of a row ---------------------------===//
//
// QuantizedRow.h and QuantizedGroups.h have the arithmetic. Tested by tests/unit/codegen/kernels/RowCodesTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/NormalizedRow.h"
#include "codegen/kernels/QuantizedGroups.h"
#include "codegen/kernels/QuantizedRow.h"

using namespace Halide;

namespace weebill::kernels {

template <class Quantized>
static PrintedKernel print(int64_t columns, CodeRange range, ImageParam x, Quantized quantized,
                           const targets::Target &target) {
  fixShape(x, {paddedColumns(columns)});
  quantized.schedule(target.lanes);

  std::vector<KernelParameter> parameters = {constBuffer(Float(32), "x")};
  for (const KernelParameter &output : Quantized::outputParameters())
    parameters.push_back(output);
  return printKernel("quantize" + codesSuffix(range) + std::to_string(columns),
                     "codes = x, " + codesComment(range) + ".\n" + rowSchedule(target), parameters, quantized.outputs(),
                     {x});
}

PrintedKernel printQuantize(int64_t columns, CodeRange range, const targets::Target &target) {
  ImageParam x(Float(32), 1, "x");
  return range == CodeRange::Groups ? print(columns, range, x, QuantizedGroups(columns, x), target)
                                    : print(columns, range, x, QuantizedRow(columns, x, range), target);
}

} // namespace weebill::kernels
