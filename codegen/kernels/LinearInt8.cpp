//===- LinearInt8.cpp - Activation codes times an int8 matrix -------------===//
//
//   y[row] = float(sum_k q[k] * w[row][k] - zero * row_sum[row]) * (activation_scale * weight_scale[row])
//
// The sum is exact in int32 for up to 66,000 columns, so every schedule and every target gives the same bits.
// Tested by tests/unit/codegen/kernels/MatrixKernelsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/LinearText.h"

using namespace Halide;

namespace weebill::kernels {

namespace {

class LinearInt8 {
public:
  LinearInt8(const LinearShape &shape, targets::CodeType type);
  void schedule(int lanes);
  PrintedKernel print(int lanes) const;

private:
  LinearShape shape;
  ImageParam codes{UInt(8), 2, "codes"}, values{Int(8), 4, "values"}, rowSum{Int(32), 2, "row_sum"};
  ImageParam scale{Float(32), 2, "scale"}, tokenScale{Float(32), 1, "token_scale"}, tokenZero{Int(32), 1, "token_zero"};
  Param<int> yStride{"y_stride"};
  Var lane{"lane"}, part{"part"}, block{"block"}, token{"token"};
  RDom k;
  Func sum{"sum"}, y{"y"};
};

//===----------------------------------------------------------------------===//
// Algorithm
//===----------------------------------------------------------------------===//

LinearInt8::LinearInt8(const LinearShape &shape, targets::CodeType type)
    : shape(shape), k(0, 4, 0, int(shape.columns / 4), "k") {
  // Rows live in blocks of 16 and columns in fours: values [block][columns / 4][16][4]. Never row % 16 here: that would
  // gather.
  sum(lane, block, token) = 0;
  sum(lane, block, token) += cast<int>(codes(4 * k.y + k.x, token)) * cast<int>(values(k.x, lane, k.y, block));

  Expr centred = sum(lane, block, token) - zeroForDot(tokenZero(token), type) * rowSum(lane, block);
  Expr value = cast<float>(centred) * (tokenScale(token) * scale(lane, block));
  if (shape.epilogue == Epilogue::Residual) {
    y(lane, block, token) = undef<float>(); // what is there already
    y(lane, block, token) += value;
  } else {
    y(lane, block, token) = value;
  }
}

//===----------------------------------------------------------------------===//
// Schedule
//===----------------------------------------------------------------------===//

void LinearInt8::schedule(int lanes) {
  const int columns = int(shape.columns);
  fixShape(codes, {columns, shape.tokens});
  fixShape(values, {4, kBlockRows, columns / 4, shape.blocks});
  fixShape(rowSum, {kBlockRows, shape.blocks});
  fixShape(scale, {kBlockRows, shape.blocks});
  fixShape(tokenScale, {shape.tokens});
  fixShape(tokenZero, {shape.tokens});
  fixShape(y.output_buffer(), {kBlockRows, shape.blocks, shape.tokens});
  if (shape.tokens > 1)
    y.output_buffer().dim(2).set_stride(yStride);

  // All blocks and tokens at once, in named accumulators: each group of codes is loaded once for all blocks, each group
  // of weights once for all tokens. Groups of exactly four columns become dot4 in the printed code; any other number
  // does not.
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
      .reorder(k.x, lane, part, block, token, k.y)
      .unroll(part)
      .unroll(block)
      .unroll(token)
      .atomic()
      .vectorize(k.x);
  inVectors(sum.update(), lane, lanes);
  Stage result = shape.epilogue == Epilogue::Residual ? y.update() : Stage(y);
  result.split(lane, part, lane, laneStep(lanes)).unroll(part).unroll(block).unroll(token);
  inVectors(result, lane, lanes);
}

PrintedKernel LinearInt8::print(int lanes) const {
  std::vector<KernelParameter> parameters = {
      constBuffer(UInt(8), "codes"),   constBuffer(Int(8), "values"),         constBuffer(Int(32), "row_sum"),
      constBuffer(Float(32), "scale"), constBuffer(Float(32), "token_scale"), constBuffer(Int(32), "token_zero"),
      buffer(Float(32), "y")};
  std::vector<Argument> inputs = {codes, values, rowSum, scale, tokenScale, tokenZero};
  if (shape.tokens > 1) {
    parameters.push_back(scalar(Int(32), "y_stride"));
    inputs.push_back(yStride);
  }
  return printKernel(linearName("linear_int8", shape),
                     linearComment("float(w[row] . codes - zero * row_sum[row]) * scales", "block",
                                   "four columns a step", shape, lanes),
                     parameters, {y}, inputs);
}

} // namespace

PrintedKernel printLinearInt8(const LinearShape &shape, const targets::Target &target) {
  checkLinear("linear_int8", shape, plan::kColumnBlock);
  LinearInt8 kernel(shape, target.codes);
  kernel.schedule(target.lanes);
  return kernel.print(target.lanes);
}

} // namespace weebill::kernels
