//===- Int8Matrix.cpp - Activation codes times an int8 matrix -------------===//
//
//   y[row] = float(sum_k q[k] * w[row][k] - zero * row_sum[row]) * (activation_scale * weight_scale[row])
//   gated: y[row] = silu(gate[row]) * up[row], or gelu in its place, both such values
//
// The sum is exact in int32 for up to 66,000 columns, so every schedule and every target gives the same bits. Blocks of
// gate and of up alternate, so that one walk through memory serves both. Tested by
// tests/unit/codegen/kernels/MatrixKernelsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/LinearText.h"
#include "codegen/kernels/TileProducts.h"

using namespace Halide;

namespace weebill::kernels {

namespace {

class Int8Matrix {
public:
  Int8Matrix(const LinearShape &shape, bool gated, targets::CodeType type, bool inUnit);
  void schedule(int lanes);
  PrintedKernel print(int lanes) const;

private:
  LinearShape shape;
  bool gated, inUnit;
  int blocks; // of gate and up together
  ImageParam codes{UInt(8), 2, "codes"}, values{Int(8), 4, "values"}, rowSum{Int(32), 2, "row_sum"};
  ImageParam scale{Float(32), 2, "scale"}, tokenScale{Float(32), 1, "token_scale"}, tokenZero{Int(32), 1, "token_zero"};
  Param<int> yStride{"y_stride"};
  Var lane{"lane"}, part{"part"}, block{"block"}, token{"token"};
  RDom k;
  Func sum{"sum"}, products{kTileProducts}, gate{"gate"}, up{"up"}, y{"y"};
};

//===----------------------------------------------------------------------===//
// Algorithm
//===----------------------------------------------------------------------===//

Int8Matrix::Int8Matrix(const LinearShape &shape, bool gated, targets::CodeType type, bool inUnit)
    : shape(shape), gated(gated), inUnit(inUnit), blocks(shape.blocks * (gated ? 2 : 1)),
      k(0, 4, 0, int(shape.columns / 4), "k") {
  // Rows live in blocks of 16 and columns in fours: values [block][columns / 4][16][4]. Never row % 16 here: that would
  // gather.
  if (inUnit)
    products(lane, token, block) =
        tileProducts("multiply_tiles<" + std::to_string(blocks) + ", " + std::to_string(shape.columns) + ">",
                     {codes(0, 0), values(0, 0, 0, 0)});
  sum(lane, block, token) = 0;
  sum(lane, block, token) += cast<int>(codes(4 * k.y + k.x, token)) * cast<int>(values(k.x, lane, k.y, block));

  auto value = [&](const Expr &of) {
    const Expr whole = inUnit ? Expr(products(lane, token, of)) : Expr(sum(lane, of, token));
    Expr centred = whole - zeroForDot(tokenZero(token), type) * rowSum(lane, of);
    return cast<float>(centred) * (tokenScale(token) * scale(lane, of));
  };
  if (gated) {
    gate(lane, block, token) = value(2 * block);
    up(lane, block, token) = value(2 * block + 1);
    y(lane, block, token) = activated(shape.activation, gate(lane, block, token)) * up(lane, block, token);
  } else {
    writeResult(y, {lane, block, token}, value(block), shape.epilogue);
  }
}

//===----------------------------------------------------------------------===//
// Schedule
//===----------------------------------------------------------------------===//

void Int8Matrix::schedule(int lanes) {
  const int columns = int(shape.columns);
  fixShape(codes, {columns, shape.tokens});
  fixShape(values, {4, kBlockRows, columns / 4, blocks});
  fixShape(rowSum, {kBlockRows, blocks});
  fixShape(scale, {kBlockRows, blocks});
  fixShape(tokenScale, {shape.tokens});
  fixShape(tokenZero, {shape.tokens});
  fixShape(y.output_buffer(), {kBlockRows, shape.blocks, shape.tokens});
  if (shape.tokens > 1)
    y.output_buffer().dim(2).set_stride(yStride);

  Stage result = resultOf(y, shape.epilogue);
  result.unroll(block);
  vectorizeLanes(result, lane, part, lanes);
  if (inUnit) { // token by token, out of memory
    products.compute_root();
    for (Func *half : {&gate, &up})
      if (gated) {
        half->compute_at(y, token).bound_extent(lane, kBlockRows).unroll(block);
        vectorizeLanes(*half, lane, part, lanes);
      }
    return;
  }
  result.unroll(token);
  // All blocks and tokens at once, in named accumulators: each group of codes is loaded once for all blocks, each group
  // of weights once for all tokens. Groups of exactly four columns become dot4 in the printed code; any other number
  // does not.
  const auto atOnce = [&](Func f, int ofBlocks) {
    f.compute_root()
        .bound_extent(lane, kBlockRows)
        .bound_extent(block, ofBlocks)
        .bound_extent(token, shape.tokens)
        .unroll(block)
        .unroll(token);
    vectorizeLanes(f, lane, part, lanes);
  };
  atOnce(sum, blocks);
  sum.update()
      .split(lane, part, lane, laneStep(lanes))
      .reorder(k.x, lane, part, block, token, k.y)
      .unroll(part)
      .unroll(block)
      .unroll(token)
      .atomic()
      .vectorize(k.x);
  inVectors(sum.update(), lane, lanes);
  if (gated) {
    atOnce(gate, shape.blocks);
    atOnce(up, shape.blocks);
  }
}

PrintedKernel Int8Matrix::print(int lanes) const {
  std::vector<KernelParameter> parameters = {
      constBuffer(UInt(8), "codes"),   constBuffer(Int(8), "values"),         constBuffer(Int(32), "row_sum"),
      constBuffer(Float(32), "scale"), constBuffer(Float(32), "token_scale"), constBuffer(Int(32), "token_zero"),
      buffer(Float(32), "y")};
  std::vector<Argument> inputs = {codes, values, rowSum, scale, tokenScale, tokenZero};
  if (shape.tokens > 1) {
    parameters.push_back(scalar(Int(32), "y_stride"));
    inputs.push_back(yStride);
  }
  PrintedKernel kernel =
      printKernel(linearName(gated, "_int8", shape),
                  linearComment(gated, "_int8", "float(w[row] . codes - zero * row_sum[row]) * scales",
                                inUnit ? "a tile register, 64 columns a step"
                                       : accumulators(gated, shape, lanes) + ", four columns a step",
                                shape),
                  parameters, {y}, inputs, inUnit ? withTileProducts : nullptr);
  kernel.tileColumns = inUnit ? int(plan::kColumnBlock) : 0;
  return kernel;
}

PrintedKernel printInt8(const LinearShape &shape, bool gated, const targets::Target &target) {
  checkLinear(gated, "_int8", shape, plan::kColumnBlock);
  Int8Matrix kernel(shape, gated, target.codes, target.inUnit(shape.tokens));
  kernel.schedule(target.lanes);
  return kernel.print(target.lanes);
}

} // namespace

PrintedKernel printLinearInt8(const LinearShape &shape, const targets::Target &target) {
  return printInt8(shape, /*gated=*/false, target);
}

PrintedKernel printGatedInt8(const LinearShape &shape, const targets::Target &target) {
  return printInt8(shape, /*gated=*/true, target);
}

} // namespace weebill::kernels
