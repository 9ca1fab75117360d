//===- GatedInt8.cpp - The gated half of the feed-forward, int8 ----------===//
//
//   y[row] = silu(gate[row]) * up[row], or gelu in its place        gate and up as in LinearInt8.cpp
//
// Blocks of gate and of up alternate, so that one walk through memory serves both. Tested by
// tests/unit/codegen/kernels/MatrixKernelsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/LinearText.h"

using namespace Halide;

namespace weebill::kernels {

namespace {

class GatedInt8 {
public:
  GatedInt8(const LinearShape &shape, targets::CodeType type);
  void schedule(int lanes);
  PrintedKernel print(int lanes) const;

private:
  LinearShape shape;
  ImageParam codes{UInt(8), 2, "codes"}, values{Int(8), 5, "values"}, rowSum{Int(32), 3, "row_sum"};
  ImageParam scale{Float(32), 3, "scale"}, tokenScale{Float(32), 1, "token_scale"}, tokenZero{Int(32), 1, "token_zero"};
  Param<int> yStride{"y_stride"};
  Var lane{"lane"}, part{"part"}, half{"half"}, block{"block"}, token{"token"};
  RDom k;
  Func sum{"sum"}, gate{"gate"}, up{"up"}, y{"y"};
};

//===----------------------------------------------------------------------===//
// Algorithm
//===----------------------------------------------------------------------===//

GatedInt8::GatedInt8(const LinearShape &shape, targets::CodeType type)
    : shape(shape), k(0, 4, 0, int(shape.columns / 4), "k") {
  sum(lane, half, block, token) = 0;
  sum(lane, half, block, token) +=
      cast<int>(codes(4 * k.y + k.x, token)) * cast<int>(values(k.x, lane, k.y, half, block));

  auto value = [&](int which) {
    Expr centred = sum(lane, which, block, token) - zeroForDot(tokenZero(token), type) * rowSum(lane, which, block);
    return cast<float>(centred) * (tokenScale(token) * scale(lane, which, block));
  };
  gate(lane, block, token) = value(0);
  up(lane, block, token) = value(1);
  y(lane, block, token) = activated(shape.activation, gate(lane, block, token)) * up(lane, block, token);
}

//===----------------------------------------------------------------------===//
// Schedule
//===----------------------------------------------------------------------===//

void GatedInt8::schedule(int lanes) {
  const int columns = int(shape.columns);
  fixShape(codes, {columns, shape.tokens});
  fixShape(values, {4, kBlockRows, columns / 4, 2, shape.blocks});
  fixShape(rowSum, {kBlockRows, 2, shape.blocks});
  fixShape(scale, {kBlockRows, 2, shape.blocks});
  fixShape(tokenScale, {shape.tokens});
  fixShape(tokenZero, {shape.tokens});
  fixShape(y.output_buffer(), {kBlockRows, shape.blocks, shape.tokens});
  if (shape.tokens > 1)
    y.output_buffer().dim(2).set_stride(yStride);

  // As LinearInt8: everything in named accumulators, four columns a step.
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
      .reorder(k.x, lane, part, half, block, token, k.y)
      .unroll(part)
      .unroll(half)
      .unroll(block)
      .unroll(token)
      .atomic()
      .vectorize(k.x);
  inVectors(sum.update(), lane, lanes);
  y.split(lane, part, lane, laneStep(lanes)).unroll(part).unroll(block).unroll(token);
  inVectors(y, lane, lanes);
  for (Func f : {gate, up}) {
    f.compute_root()
        .bound_extent(lane, kBlockRows)
        .bound_extent(block, shape.blocks)
        .bound_extent(token, shape.tokens)
        .split(lane, part, lane, laneStep(lanes))
        .unroll(part)
        .unroll(block)
        .unroll(token);
    inVectors(f, lane, lanes);
  }
}

PrintedKernel GatedInt8::print(int lanes) const {
  std::vector<KernelParameter> parameters = {
      constBuffer(UInt(8), "codes"),   constBuffer(Int(8), "values"),         constBuffer(Int(32), "row_sum"),
      constBuffer(Float(32), "scale"), constBuffer(Float(32), "token_scale"), constBuffer(Int(32), "token_zero"),
      buffer(Float(32), "y")};
  std::vector<Argument> inputs = {codes, values, rowSum, scale, tokenScale, tokenZero};
  if (shape.tokens > 1) {
    parameters.push_back(scalar(Int(32), "y_stride"));
    inputs.push_back(yStride);
  }
  return printKernel(linearName(gatedName(shape.activation) + "_int8", shape),
                     linearComment(gatedFormula(shape.activation) + ", each as linear_int8", "pair",
                                   "four columns a step", shape, lanes),
                     parameters, {y}, inputs);
}

} // namespace

PrintedKernel printGatedInt8(const LinearShape &shape, const targets::Target &target) {
  const std::string kind = gatedName(shape.activation) + "_int8";
  checkLinear(kind, shape, plan::kColumnBlock);
  require(shape.epilogue == Epilogue::None, kind, "there is no residual form");
  GatedInt8 kernel(shape, target.codes);
  kernel.schedule(target.lanes);
  return kernel.print(target.lanes);
}

} // namespace weebill::kernels
