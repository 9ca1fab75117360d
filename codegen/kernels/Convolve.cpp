//===- Convolve.cpp - The last tokens' rows, column by column -------------===//
//
//   sum = 0; for k in 0 .. width - 1: sum = fma(taps[k][i], rows[k][i], sum)        y[i] = gate[i] * sum
//
// Tested by tests/unit/codegen/kernels/RowKernelsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/KernelText.h"

using namespace Halide;

namespace weebill::kernels {

PrintedKernel printConvolve(int64_t columns, int64_t width, int64_t rowColumns, const targets::Target &target) {
  const std::string name = "convolve_" + std::to_string(width) + "x" + std::to_string(columns);
  require(columns > 0 && columns % kBlockRows == 0, name, "the columns are not a multiple of 16");
  require(width > 0 && rowColumns >= columns, name, "the rows are no window");
  ImageParam rows(Float(32), 2, "rows"), taps(Float(32), 2, "taps"), gate(Float(32), 1, "gate");
  Var i("i");
  Func y("y");
  Expr sum = 0.0f;
  for (int k = 0; k < int(width); ++k)
    sum = fma(taps(i, k), rows(i, k), sum);
  y(i) = gate(i) * sum;

  for (ImageParam *window : {&rows, &taps}) {
    fixShape(*window, {int(columns)});
    window->dim(1).set_bounds(0, int(width)).set_stride(int(rowColumns));
  }
  fixShape(gate, {int(columns)});
  fixShape(y.output_buffer(), {int(columns)});
  elementsInVectors(y, i, target.lanes);
  return printKernel(name, "y = gate * sum of taps * rows, column by column; " + std::to_string(width) + " rows.\n",
                     {constBuffer(Float(32), "rows"), constBuffer(Float(32), "taps"), constBuffer(Float(32), "gate"),
                      buffer(Float(32), "y")},
                     {y}, {rows, taps, gate});
}

} // namespace weebill::kernels
