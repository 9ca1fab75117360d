//===- RmsNorm.cpp - RMS norm of a row ------------------------------------===//
//
// NormalizedRow.h has the arithmetic. Tested by tests/unit/codegen/kernels/RowKernelsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/NormalizedRow.h"

using namespace Halide;

namespace weebill::kernels {

PrintedKernel printRmsNorm(int64_t columns, const targets::Target &target) {
  NormalizedRow normalized(columns);
  Var i("i");
  Func y("y");
  y(i) = normalized.at(i);

  normalized.schedule(target.lanes);
  fixShape(y.output_buffer(), {paddedColumns(columns)});
  elementsInVectors(y, i, target.lanes);

  return printKernel("rms_norm_" + std::to_string(columns),
                     "y = x / root mean square of x * gain.\n" + rowSchedule(target),
                     {constBuffer(Float(32), "x"), constBuffer(Float(32), "gain"), scalar(Float(32), "epsilon"),
                      buffer(Float(32), "y")},
                     {y}, normalized.inputs());
}

} // namespace weebill::kernels
