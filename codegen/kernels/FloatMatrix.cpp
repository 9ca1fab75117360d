//===- FloatMatrix.cpp - A float32 row times a float matrix ---------------===//
//
// float32 or float16, which is made float32 as it is read.
//
//   sum = 0; for k ascending: sum = fma(w[row][k], x[k], sum)        y[row] = sum
//   gated: y[row] = silu(gate[row]) * up[row], or gelu in its place, both such sums
//
// Lanes run over rows, so a row's sum is sequential in k: the same for one token and for a tile. Blocks of gate and of
// up alternate, so that one walk through memory serves both. Tested by
// tests/unit/codegen/kernels/MatrixKernelsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/LinearText.h"

using namespace Halide;

namespace weebill::kernels {

namespace {

class FloatMatrix {
public:
  FloatMatrix(const LinearShape &shape, bool gated, Type weights);
  void schedule(int lanes);
  PrintedKernel print(int lanes) const;

private:
  LinearShape shape;
  bool gated;
  int blocks; // of gate and up together
  Type type;  // of the weights, which become float32 as they are read
  ImageParam x{Float(32), 2, "x"}, values;
  Param<int> xStride{"x_stride"}, yStride{"y_stride"};
  Var lane{"lane"}, part{"part"}, block{"block"}, token{"token"};
  RDom k;
  Func sum{"sum"}, y{"y"};
};

//===----------------------------------------------------------------------===//
// Algorithm
//===----------------------------------------------------------------------===//

FloatMatrix::FloatMatrix(const LinearShape &shape, bool gated, Type weights)
    : shape(shape), gated(gated), blocks(shape.blocks * (gated ? 2 : 1)), type(weights), values(weights, 3, "values"),
      k(0, int(shape.columns), "k") {
  sum(lane, block, token) = 0.0f;
  sum(lane, block, token) = fma(cast<float>(values(lane, k, block)), x(k, token), sum(lane, block, token));
  if (gated)
    y(lane, block, token) = activated(shape.activation, sum(lane, 2 * block, token)) * sum(lane, 2 * block + 1, token);
  else
    writeResult(y, {lane, block, token}, sum(lane, block, token), shape.epilogue);
}

//===----------------------------------------------------------------------===//
// Schedule
//===----------------------------------------------------------------------===//

void FloatMatrix::schedule(int lanes) {
  const int columns = int(shape.columns);
  fixShape(x, {columns, shape.tokens});
  fixShape(values, {kBlockRows, columns, blocks});
  fixShape(y.output_buffer(), {kBlockRows, shape.blocks, shape.tokens});
  if (shape.tokens > 1) {
    x.dim(1).set_stride(xStride);
    y.output_buffer().dim(2).set_stride(yStride);
  }

  // All blocks and tokens at once, in named accumulators.
  sum.compute_root()
      .bound_extent(lane, kBlockRows)
      .bound_extent(block, blocks)
      .bound_extent(token, shape.tokens)
      .unroll(block)
      .unroll(token);
  vectorizeLanes(sum, lane, part, lanes);
  sum.update()
      .split(lane, part, lane, laneStep(lanes))
      .reorder(lane, part, block, token, k)
      .unroll(part)
      .unroll(block)
      .unroll(token);
  inVectors(sum.update(), lane, lanes);
  Stage result = resultOf(y, shape.epilogue);
  result.unroll(block).unroll(token);
  vectorizeLanes(result, lane, part, lanes);
}

PrintedKernel FloatMatrix::print(int lanes) const {
  std::vector<KernelParameter> parameters = {constBuffer(Float(32), "x"), constBuffer(type, "values"),
                                             buffer(Float(32), "y")};
  std::vector<Argument> inputs = {x, values};
  if (shape.tokens > 1) {
    parameters.push_back(scalar(Int(32), "x_stride"));
    parameters.push_back(scalar(Int(32), "y_stride"));
    inputs.push_back(xStride);
    inputs.push_back(yStride);
  }
  return printKernel(linearName(gated, "_" + print::printType(type), shape),
                     linearComment(gated, "_" + print::printType(type), "w[row] . x",
                                   accumulators(gated, shape, lanes) + ", one column a step", shape),
                     parameters, {y}, inputs);
}

PrintedKernel printFloats(const LinearShape &shape, bool gated, Type weights, const targets::Target &target) {
  checkLinear(gated, "_" + print::printType(weights), shape, 1);
  FloatMatrix kernel(shape, gated, weights);
  kernel.schedule(target.lanes);
  return kernel.print(target.lanes);
}

} // namespace

PrintedKernel printLinearF32(const LinearShape &shape, const targets::Target &target) {
  return printFloats(shape, /*gated=*/false, Float(32), target);
}

PrintedKernel printLinearF16(const LinearShape &shape, const targets::Target &target) {
  return printFloats(shape, /*gated=*/false, Float(16), target);
}

PrintedKernel printGatedF32(const LinearShape &shape, const targets::Target &target) {
  return printFloats(shape, /*gated=*/true, Float(32), target);
}

PrintedKernel printGatedF16(const LinearShape &shape, const targets::Target &target) {
  return printFloats(shape, /*gated=*/true, Float(16), target);
}

} // namespace weebill::kernels
