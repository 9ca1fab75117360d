//===- GatedF32.cpp - The gated half of the feed-forward, floats ---------===//
//
//   y[row] = silu(gate[row]) * up[row], or gelu in its place        gate and up as in LinearF32.cpp
//
// Blocks of gate and of up alternate, as in GatedInt8.cpp. Tested by tests/unit/codegen/kernels/MatrixKernelsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/LinearText.h"

using namespace Halide;

namespace weebill::kernels {

namespace {

class GatedF32 {
public:
  GatedF32(const LinearShape &shape, Type weights);
  void schedule(int lanes);
  PrintedKernel print(int lanes) const;

private:
  LinearShape shape;
  Type type; // of the weights, which become float32 as they are read
  ImageParam x{Float(32), 2, "x"}, values;
  Param<int> xStride{"x_stride"}, yStride{"y_stride"};
  Var lane{"lane"}, part{"part"}, half{"half"}, block{"block"}, token{"token"};
  RDom k;
  Func sum{"sum"}, y{"y"};
};

//===----------------------------------------------------------------------===//
// Algorithm
//===----------------------------------------------------------------------===//

GatedF32::GatedF32(const LinearShape &shape, Type weights)
    : shape(shape), type(weights), values(weights, 4, "values"), k(0, int(shape.columns), "k") {
  sum(lane, half, block, token) = 0.0f;
  sum(lane, half, block, token) =
      fma(cast<float>(values(lane, k, half, block)), x(k, token), sum(lane, half, block, token));
  y(lane, block, token) = activated(shape.activation, sum(lane, 0, block, token)) * sum(lane, 1, block, token);
}

//===----------------------------------------------------------------------===//
// Schedule
//===----------------------------------------------------------------------===//

void GatedF32::schedule(int lanes) {
  const int columns = int(shape.columns);
  fixShape(x, {columns, shape.tokens});
  fixShape(values, {kBlockRows, columns, 2, shape.blocks});
  fixShape(y.output_buffer(), {kBlockRows, shape.blocks, shape.tokens});
  if (shape.tokens > 1) {
    x.dim(1).set_stride(xStride);
    y.output_buffer().dim(2).set_stride(yStride);
  }

  // All pairs of blocks and all tokens at once, in named accumulators.
  sum.compute_root()
      .bound_extent(lane, kBlockRows)
      .bound_extent(half, 2)
      .bound_extent(block, shape.blocks)
      .bound_extent(token, shape.tokens)
      .split(lane, part, lane, laneStep(lanes))
      .unroll(part)
      .unroll(half)
      .unroll(block)
      .unroll(token);
  inVectors(sum, lane, lanes);
  sum.update()
      .split(lane, part, lane, laneStep(lanes))
      .reorder(lane, part, half, block, token, k)
      .unroll(part)
      .unroll(half)
      .unroll(block)
      .unroll(token);
  inVectors(sum.update(), lane, lanes);
  y.split(lane, part, lane, laneStep(lanes)).unroll(part).unroll(block).unroll(token);
  inVectors(y, lane, lanes);
}

PrintedKernel GatedF32::print(int lanes) const {
  std::vector<KernelParameter> parameters = {constBuffer(Float(32), "x"), constBuffer(type, "values"),
                                             buffer(Float(32), "y")};
  std::vector<Argument> inputs = {x, values};
  if (shape.tokens > 1) {
    parameters.push_back(scalar(Int(32), "x_stride"));
    parameters.push_back(scalar(Int(32), "y_stride"));
    inputs.push_back(xStride);
    inputs.push_back(yStride);
  }
  return printKernel(linearName(gatedName(shape.activation) + "_" + print::printType(type), shape),
                     linearComment(gatedFormula(shape.activation) + ", each as linear_" + print::printType(type),
                                   "pair", "one column a step", shape, lanes),
                     parameters, {y}, inputs);
}

PrintedKernel printGated(const LinearShape &shape, Type weights, const targets::Target &target) {
  const std::string kind = gatedName(shape.activation) + "_" + print::printType(weights);
  checkLinear(kind, shape, 1);
  require(shape.epilogue == Epilogue::None, kind, "there is no residual form");
  GatedF32 kernel(shape, weights);
  kernel.schedule(target.lanes);
  return kernel.print(target.lanes);
}

} // namespace

PrintedKernel printGatedF32(const LinearShape &shape, const targets::Target &target) {
  return printGated(shape, Float(32), target);
}

PrintedKernel printGatedF16(const LinearShape &shape, const targets::Target &target) {
  return printGated(shape, Float(16), target);
}

} // namespace weebill::kernels
