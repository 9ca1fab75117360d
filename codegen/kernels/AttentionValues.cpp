//===- AttentionValues.cpp - The weighted sum of values -------------------===//
//
//   y[d] = sum over blocks of (sum over their 64 positions of p[j] * value[j][d]) / sum of p
//
// for the query heads that share a key-value head. Lanes run over d. Of a cache of codes: AttentionCodes.cpp. Tested by
// tests/unit/codegen/kernels/AttentionKernelsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/AttentionTiles.h"

using namespace Halide;

namespace weebill::kernels {

namespace {

class AttentionValues {
public:
  explicit AttentionValues(const AttentionShape &shape);
  void schedule(const targets::Target &target);
  PrintedKernel print(const std::string &name, const targets::Target &target) const;

private:
  AttentionShape shape;
  Type type;
  int heads;
  ImageParam probabilities{Float(32), 3, "probabilities"}, sums{Float(32), 1, "sums"}, values;
  Param<int> blocks{"blocks"}, stride{"stride"};
  Var d{"d"}, block{"block"}, head{"head"}, part{"part"}, dTile{"d_tile"}, headTile{"head_tile"};
  RDom j, allBlocks;
  Func blockSum{"block_sum"}, sum{"sum"}, y{"y"};
};

//===----------------------------------------------------------------------===//
// Algorithm
//===----------------------------------------------------------------------===//

AttentionValues::AttentionValues(const AttentionShape &shape)
    : shape(shape), type(cacheType(shape.cache)), heads(int(shape.groupHeads)), values(type, 3, "values"),
      j(0, kAttentionBlock, "j"), allBlocks(0, blocks, "block") {
  const Expr weight = probabilities(j, block, head);
  blockSum(d, block, head) = 0.0f;
  blockSum(d, block, head) = fma(weight, cast<float>(values(d, j, block)), blockSum(d, block, head));
  sum(d, head) = 0.0f;
  sum(d, head) += blockSum(d, allBlocks, head);
  y(d, head) = sum(d, head) * (1.0f / sums(head));
}

//===----------------------------------------------------------------------===//
// Schedule
//===----------------------------------------------------------------------===//

void AttentionValues::schedule(const targets::Target &target) {
  const int size = int(shape.headSize);
  fixShape(probabilities, {kAttentionBlock});
  probabilities.dim(1).set_bounds(0, blocks).set_stride(kAttentionBlock);
  probabilities.dim(2).set_bounds(0, heads).set_stride(stride);
  fixShape(sums, {heads});
  fixShape(values, {size, kAttentionBlock});
  values.dim(2).set_bounds(0, blocks).set_stride(kAttentionBlock * size);
  fixShape(y.output_buffer(), {size, heads});

  // Some elements times some heads in registers: a value is converted once for all heads of the tile.
  const AttentionTile tile = valuesTile(heads, size, target.lanes);
  const int width = tile.groups * laneStep(target.lanes);
  y.split(d, dTile, d, width)
      .split(d, part, d, laneStep(target.lanes))
      .split(head, headTile, head, tile.heads)
      .reorder(d, part, head, dTile, headTile)
      .unroll(part)
      .unroll(head);
  inVectors(y, d, target.lanes);
  sum.compute_at(y, dTile).split(d, part, d, laneStep(target.lanes)).unroll(part).unroll(head);
  inVectors(sum, d, target.lanes);
  sum.update().split(d, part, d, laneStep(target.lanes)).reorder(d, part, head, allBlocks).unroll(part).unroll(head);
  inVectors(sum.update(), d, target.lanes);
  blockSum.compute_at(sum, allBlocks).split(d, part, d, laneStep(target.lanes)).unroll(part).unroll(head);
  inVectors(blockSum, d, target.lanes);
  blockSum.update().split(d, part, d, laneStep(target.lanes)).reorder(d, head, part, j).unroll(part).unroll(head);
  inVectors(blockSum.update(), d, target.lanes);
}

PrintedKernel AttentionValues::print(const std::string &name, const targets::Target &target) const {
  const AttentionTile tile = valuesTile(heads, int(shape.headSize), target.lanes);
  std::vector<KernelParameter> parameters = {constBuffer(Float(32), "probabilities"), constBuffer(Float(32), "sums"),
                                             constBuffer(type, "values")};
  std::vector<Argument> inputs = {probabilities, sums, values, blocks, stride};
  for (const char *number : {"blocks", "stride"})
    parameters.push_back(scalar(Int(32), number));
  parameters.push_back(buffer(Float(32), "y"));
  return printKernel(name,
                     "y = sum of probabilities * values / sum of probabilities, for " + counted(heads, "query head") +
                         " on one key-value head; one token.\n  schedule  " + counted(tile.heads, "head") + " times " +
                         std::to_string(tile.groups * laneStep(target.lanes)) + " elements at once\n",
                     parameters, {y}, inputs,
                     prefetching(target, {"values", "block", "j", kAttentionBlock * shape.headSize}));
}

} // namespace

PrintedKernel printAttentionValues(const AttentionShape &shape, const targets::Target &target) {
  if (shape.cache == plan::Element::I8)
    return printAttentionToCodes(shape, target);
  const std::string name = attentionName("attention_values", shape);
  AttentionValues kernel(shape);
  kernel.schedule(target);
  return kernel.print(name, target);
}

} // namespace weebill::kernels
