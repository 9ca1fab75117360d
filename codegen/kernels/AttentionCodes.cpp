//===- AttentionCodes.cpp - The weighted sum of values that are codes -----===//
//
//   w[j] = p[j] * value_scale[j], in each block of 64 positions codes of 0 to 127 with one scale
//   y[d] = sum over blocks of (sum over their positions of codes[j] * values[j][d]) * scale of the block / sum of p
//
// for the query heads that share a key-value head. Lanes run over d; four positions make one step of dot4. Tested by
// tests/unit/codegen/kernels/AttentionKernelsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/AttentionTiles.h"

using namespace Halide;

namespace weebill::kernels {

namespace {

class AttentionCodes {
public:
  explicit AttentionCodes(const AttentionShape &shape);
  void schedule(const targets::Target &target);
  PrintedKernel print(const std::string &name, const targets::Target &target) const;

private:
  Expr weight(Expr position) const { return probabilities(position, block, head) * valueScale(position, block); }

  AttentionShape shape;
  int heads;
  ImageParam probabilities{Float(32), 3, "probabilities"}, sums{Float(32), 1, "sums"}, values{Int(8), 4, "values"};
  ImageParam valueScale{Float(32), 2, "value_scale"};
  Param<int> blocks{"blocks"}, stride{"stride"};
  Var d{"d"}, block{"block"}, head{"head"}, part{"part"}, dTile{"d_tile"}, headTile{"head_tile"};
  Var lane{"lane"}, position{"position"};
  RDom groups, positions, allBlocks;
  Func greatests{"greatests"}, laneGreatest{"lane_greatest"}, scales{"scale"}, inverse{"inverse_scale"};
  Func codes{"codes"}, blockSum{"block_sum"}, y{"y"};
};

//===----------------------------------------------------------------------===//
// Algorithm
//===----------------------------------------------------------------------===//

/// The positions of a block in fours.
RDom foursOfPositions() {
  using Variable = Internal::ReductionVariable;
  return RDom(Internal::ReductionDomain({Variable{"four$x", 0, 4}, Variable{"j$x", 0, kAttentionBlock / 4}}));
}

/// The greatest of 16 numbers in pairs: what is greatest does not depend on the order, and a chain would take longer.
Expr greatestOf(const std::function<Expr(int)> &number, int first, int count) {
  return count == 1 ? number(first)
                    : max(greatestOf(number, first, count / 2), greatestOf(number, first + count / 2, count / 2));
}

AttentionCodes::AttentionCodes(const AttentionShape &shape)
    : shape(shape), heads(int(shape.groupHeads)), groups(0, kAttentionGroups, "group"), positions(foursOfPositions()),
      allBlocks(0, blocks, "block") {
  greatests(lane, block, head) = 0.0f;
  greatests(lane, block, head) = max(weight(groups * kBlockRows + lane), greatests(lane, block, head));
  laneGreatest(lane, block, head) = greatests(lane, block, head); // in memory, to be read lane by lane
  scales(block, head) = greatestOf([&](int i) { return laneGreatest(i, block, head); }, 0, kBlockRows) / 127.0f;
  inverse(block, head) = select(scales(block, head) >= 1e-20f, 1.0f / scales(block, head), 0.0f);
  codes(position, block, head) = cast<int8_t>(max(round(weight(position) * inverse(block, head)), 0.0f));

  blockSum(d, block, head) = 0;
  blockSum(d, block, head) += cast<int>(codes(4 * positions.y + positions.x, block, head)) *
                              cast<int>(values(positions.x, d, positions.y, block));
  y(d, head) = 0.0f;
  y(d, head) = fma(cast<float>(blockSum(d, allBlocks, head)), scales(allBlocks, head), y(d, head));
  y(d, head) = y(d, head) * (1.0f / sums(head));
}

//===----------------------------------------------------------------------===//
// Schedule
//===----------------------------------------------------------------------===//

void AttentionCodes::schedule(const targets::Target &target) {
  const int size = int(shape.headSize), lanes = target.lanes;
  fixShape(probabilities, {kAttentionBlock});
  probabilities.dim(1).set_bounds(0, blocks).set_stride(kAttentionBlock);
  probabilities.dim(2).set_bounds(0, heads).set_stride(stride);
  fixShape(sums, {heads});
  fixShape(valueScale, {kAttentionBlock});
  valueScale.dim(1).set_bounds(0, blocks).set_stride(kAttentionBlock);
  fixShape(values, {4, size, kAttentionBlock / 4});
  values.dim(3).set_bounds(0, blocks).set_stride(kAttentionBlock * size);
  fixShape(y.output_buffer(), {size, heads});

  // Block by block, so that its codes are made once: the sum over blocks stays in memory. Some elements times some
  // heads in registers: values are loaded once for all heads of the tile.
  const AttentionTile tile = valuesTile(heads, size, lanes);
  vectorizeLanes(y.bound_extent(d, size), d, part, lanes);
  y.update(0)
      .split(d, dTile, d, tile.groups * laneStep(lanes))
      .split(d, part, d, laneStep(lanes))
      .split(head, headTile, head, tile.heads)
      .reorder(d, part, head, headTile, dTile, allBlocks)
      .unroll(part)
      .unroll(head);
  inVectors(y.update(0), d, lanes);
  y.update(1).split(d, part, d, laneStep(lanes)).reorder(d, part, head);
  inVectors(y.update(1), d, lanes);

  scales.compute_at(y, allBlocks).bound_extent(head, heads);
  greatests.compute_at(scales, head).bound_extent(lane, kBlockRows);
  vectorizeLanes(greatests, lane, part, lanes);
  greatests.update().split(lane, part, lane, laneStep(lanes)).reorder(lane, part, groups).unroll(part);
  inVectors(greatests.update(), lane, lanes);
  laneGreatest.compute_at(scales, head).bound_extent(lane, kBlockRows);
  vectorizeLanes(laneGreatest, lane, part, lanes);
  codes.compute_at(y, allBlocks).bound_extent(position, kAttentionBlock).bound_extent(head, heads);
  elementsInVectors(codes, position, lanes);
  inverse.compute_at(codes, head);

  blockSum.compute_at(y, headTile).split(d, part, d, laneStep(lanes)).unroll(part).unroll(head);
  inVectors(blockSum, d, lanes);
  blockSum.update()
      .split(d, part, d, laneStep(lanes))
      .reorder(positions.x, d, head, part, positions.y)
      .unroll(part)
      .unroll(head)
      .atomic()
      .vectorize(positions.x);
  inVectors(blockSum.update(), d, lanes);
}

PrintedKernel AttentionCodes::print(const std::string &name, const targets::Target &target) const {
  const AttentionTile tile = valuesTile(heads, int(shape.headSize), target.lanes);
  return printKernel(name,
                     "y = sum of probabilities * values / sum of probabilities, for " + counted(heads, "query head") +
                         " on one key-value head; one token.\nValues are codes, and so are their probabilities times "
                         "value_scale, with a "
                         "scale for each 64 positions.\n  schedule  " +
                         counted(tile.heads, "head") + " times " +
                         std::to_string(tile.groups * laneStep(target.lanes)) +
                         " elements at once, four positions a step\n",
                     {constBuffer(Float(32), "probabilities"), constBuffer(Float(32), "sums"),
                      constBuffer(Int(8), "values"), constBuffer(Float(32), "value_scale"), scalar(Int(32), "blocks"),
                      scalar(Int(32), "stride"), buffer(Float(32), "y")},
                     {y}, {probabilities, sums, values, valueScale, blocks, stride},
                     prefetching(target, {"values", "block", "j", kAttentionBlock * shape.headSize, kCodesAhead}));
}

} // namespace

PrintedKernel printAttentionToCodes(const AttentionShape &shape, const targets::Target &target) {
  const std::string name = attentionName("attention_values", shape);
  AttentionCodes kernel(shape);
  kernel.schedule(target);
  return kernel.print(name, target);
}

} // namespace weebill::kernels
