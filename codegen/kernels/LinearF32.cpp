//===- LinearF32.cpp - A float32 row times a float matrix -----------------===//
//
// float32 or float16, which is made float32 as it is read.
//
//   sum = 0; for k ascending: sum = fma(w[row][k], x[k], sum)        y[row] = sum
//
// Lanes run over rows, so a row's sum is sequential in k: the same for one token and for a tile. Tested by
// tests/unit/codegen/kernels/MatrixKernelsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/LinearText.h"

using namespace Halide;

namespace weebill::kernels {

namespace {

class LinearF32 {
public:
  LinearF32(const LinearShape &shape, Type weights);
  void schedule(int lanes);
  PrintedKernel print(int lanes) const;

private:
  LinearShape shape;
  Type type; // of the weights, which become float32 as they are read
  ImageParam x{Float(32), 2, "x"}, values;
  Param<int> xStride{"x_stride"}, yStride{"y_stride"};
  Var lane{"lane"}, part{"part"}, block{"block"}, token{"token"};
  RDom k;
  Func sum{"sum"}, y{"y"};
};

//===----------------------------------------------------------------------===//
// Algorithm
//===----------------------------------------------------------------------===//

LinearF32::LinearF32(const LinearShape &shape, Type weights)
    : shape(shape), type(weights), values(weights, 3, "values"), k(0, int(shape.columns), "k") {
  sum(lane, block, token) = 0.0f;
  sum(lane, block, token) = fma(cast<float>(values(lane, k, block)), x(k, token), sum(lane, block, token));
  if (shape.epilogue == Epilogue::Residual) {
    y(lane, block, token) = undef<float>(); // what is there already
    y(lane, block, token) += sum(lane, block, token);
  } else {
    y(lane, block, token) = sum(lane, block, token);
  }
}

//===----------------------------------------------------------------------===//
// Schedule
//===----------------------------------------------------------------------===//

void LinearF32::schedule(int lanes) {
  const int columns = int(shape.columns);
  fixShape(x, {columns, shape.tokens});
  fixShape(values, {kBlockRows, columns, shape.blocks});
  fixShape(y.output_buffer(), {kBlockRows, shape.blocks, shape.tokens});
  if (shape.tokens > 1) {
    x.dim(1).set_stride(xStride);
    y.output_buffer().dim(2).set_stride(yStride);
  }

  // All blocks and tokens at once, in named accumulators.
  sum.compute_root()
      .bound_extent(lane, kBlockRows)
      .bound_extent(block, shape.blocks)
      .bound_extent(token, shape.tokens)
      .split(lane, part, lane, laneStep(lanes))
      .unroll(part)
      .unroll(block)
      .unroll(token);
  inVectors(sum, lane, lanes);
  sum.update()
      .split(lane, part, lane, laneStep(lanes))
      .reorder(lane, part, block, token, k)
      .unroll(part)
      .unroll(block)
      .unroll(token);
  inVectors(sum.update(), lane, lanes);
  Stage result = shape.epilogue == Epilogue::Residual ? y.update() : Stage(y);
  result.split(lane, part, lane, laneStep(lanes)).unroll(part).unroll(block).unroll(token);
  inVectors(result, lane, lanes);
}

PrintedKernel LinearF32::print(int lanes) const {
  std::vector<KernelParameter> parameters = {constBuffer(Float(32), "x"), constBuffer(type, "values"),
                                             buffer(Float(32), "y")};
  std::vector<Argument> inputs = {x, values};
  if (shape.tokens > 1) {
    parameters.push_back(scalar(Int(32), "x_stride"));
    parameters.push_back(scalar(Int(32), "y_stride"));
    inputs.push_back(xStride);
    inputs.push_back(yStride);
  }
  return printKernel(linearName("linear_" + print::printType(type), shape),
                     linearComment("w[row] . x", "block", "one column a step", shape, lanes), parameters, {y}, inputs);
}

PrintedKernel printLinear(const LinearShape &shape, Type weights, const targets::Target &target) {
  checkLinear("linear_" + print::printType(weights), shape, 1);
  LinearF32 kernel(shape, weights);
  kernel.schedule(target.lanes);
  return kernel.print(target.lanes);
}

} // namespace

PrintedKernel printLinearF32(const LinearShape &shape, const targets::Target &target) {
  return printLinear(shape, Float(32), target);
}

PrintedKernel printLinearF16(const LinearShape &shape, const targets::Target &target) {
  return printLinear(shape, Float(16), target);
}

} // namespace weebill::kernels
