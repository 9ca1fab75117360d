//===- AttentionScores.cpp - Softmax of one token's scores ----------------===//
//
//   score[j] = key[j] . query      p[j] = exp(score[j] - greatest score)      sum = sum of p
//
// (of a cache of codes: score[j] = codes[j] . query codes * (query_scale * key_scale[j]))
//
// for the query heads that share a key-value head. Positions come in blocks of 64, whose sums are fixed
// (docs/numerics.md). Keys lie 16 positions side by side, so lanes run over positions and a score is sequential in d.
// Tested by tests/unit/codegen/kernels/AttentionKernelsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/AttentionTiles.h"
#include "codegen/kernels/CodedQuery.h"

#include <limits>

using namespace Halide;

namespace weebill::kernels {

namespace {

class AttentionScores {
public:
  AttentionScores(const AttentionShape &shape, const targets::Target &target);
  void schedule(const targets::Target &target);
  PrintedKernel print(const std::string &name, const targets::Target &target) const;

private:
  bool ofCodes() const { return shape.cache == plan::Element::I8; }
  Expr scoreOfCodes();

  AttentionShape shape;
  Type type;
  int heads;
  ImageParam query{Float(32), 2, "query"}, keys, keyScale{Float(32), 2, "key_scale"};
  Param<int> positions{"positions"}, behind{"behind"}, blocks{"blocks"}, stride{"stride"};
  Var lane{"lane"}, group{"position"}, block{"block"}, head{"head"}; // groups of 16 positions, blocks of 64
  Var part{"part"}, groupTile{"position_tile"}, headTile{"head_tile"};
  RDom d, allGroups, allBlocks, groups, lanes;
  CodedQuery codes;
  Func dot{"dot"}, scores{"scores"}, greatests{"greatests"}, laneGreatest{"lane_greatest"}, greatest{"greatest"};
  Func probabilities{"probabilities"}, partial{"partial"}, laneSum{"lane_sum"}, blockSum{"block_sum"}, sums{"sums"};
};

//===----------------------------------------------------------------------===//
// Algorithm
//===----------------------------------------------------------------------===//

/// Sums over the elements: of codes four at a time.
RDom elementsOf(const AttentionShape &shape) {
  if (shape.cache != plan::Element::I8)
    return RDom(0, int(shape.headSize), "d");
  using Variable = Internal::ReductionVariable;
  return RDom(Internal::ReductionDomain({Variable{"four$x", 0, 4}, Variable{"d$x", 0, int(shape.headSize) / 4}}));
}

AttentionScores::AttentionScores(const AttentionShape &shape, const targets::Target &target)
    : shape(shape), type(shape.cache == plan::Element::I8 ? UInt(8) : cacheType(shape.cache)),
      heads(int(shape.groupHeads)), keys(type, shape.cache == plan::Element::I8 ? 4 : 3, "keys"), d(elementsOf(shape)),
      allGroups(0, blocks * kAttentionGroups, "position"), allBlocks(0, blocks, "block"),
      groups(0, kAttentionGroups, "position"), lanes(0, kBlockRows, "lane"), codes(query, shape, target) {
  if (ofCodes()) {
    dot(lane, group, head) = codes.start(head);
    dot(lane, group, head) += cast<int>(codes.code(4 * d.y + d.x, head)) * cast<int>(keys(d.x, lane, d.y, group));
  } else {
    dot(lane, group, head) = 0.0f;
    dot(lane, group, head) = fma(cast<float>(keys(lane, d, group)), query(d, head), dot(lane, group, head));
  }
  // Of all positions of the last block: were the mask here, Halide would bend the loops over `dot` around it.
  scores(lane, group, head) = ofCodes() ? scoreOfCodes() : Expr(dot(lane, group, head));

  auto visible = [&](Expr group) {
    const Expr position = group * kBlockRows + lane, before = position < positions;
    return shape.windowed ? position >= behind && before : before;
  };
  const float lowest = std::numeric_limits<float>::lowest();
  greatests(lane, head) = lowest;
  greatests(lane, head) = max(select(visible(allGroups), scores(lane, allGroups, head), lowest), greatests(lane, head));
  laneGreatest(lane, head) = greatests(lane, head); // in memory, to be read lane by lane
  greatest(head) = lowest;
  greatest(head) = max(greatest(head), laneGreatest(lanes, head));

  probabilities(lane, group, head) =
      select(visible(group), exponential(scores(lane, group, head) - greatest(head)), 0.0f);

  partial(lane, block, head) = 0.0f;
  partial(lane, block, head) += probabilities(lane, block * kAttentionGroups + groups, head);
  laneSum(lane, block, head) = partial(lane, block, head); // in memory, to be read lane by lane
  blockSum(block, head) = 0.0f;
  blockSum(block, head) += laneSum(lanes, block, head);
  sums(head) = 0.0f;
  sums(head) += blockSum(allBlocks, head);
}

Expr AttentionScores::scoreOfCodes() {
  return cast<float>(dot(lane, group, head)) * (codes.scale(head) * keyScale(lane, group));
}

//===----------------------------------------------------------------------===//
// Schedule
//===----------------------------------------------------------------------===//

void AttentionScores::schedule(const targets::Target &target) {
  const int size = int(shape.headSize), vectors = kBlockRows / target.lanes;
  fixShape(query, {size, heads});
  fixShape(keys, ofCodes() ? std::vector<int>{4, kBlockRows, size / 4} : std::vector<int>{kBlockRows, size});
  keys.dim(ofCodes() ? 3 : 2).set_bounds(0, blocks * kAttentionGroups).set_stride(kBlockRows * size);
  fixShape(keyScale, {kBlockRows});
  keyScale.dim(1).set_bounds(0, blocks * kAttentionGroups).set_stride(kBlockRows);
  for (Func f : {scores, probabilities}) {
    fixShape(f.output_buffer(), {kBlockRows});
    f.output_buffer().dim(1).set_bounds(0, blocks * kAttentionGroups).set_stride(kBlockRows);
    f.output_buffer().dim(2).set_bounds(0, heads).set_stride(stride);
  }
  fixShape(sums.output_buffer(), {heads});

  // Groups of positions times heads, as many as registers hold: a key is converted once for all heads of the tile.
  const AttentionTile tile = scoresTile(heads, vectors, target.registers);
  scores.split(lane, part, lane, laneStep(target.lanes))
      .split(group, groupTile, group, tile.groups, TailStrategy::RoundUp) // no tail: divides four
      .split(head, headTile, head, tile.heads)
      .reorder(lane, part, group, head, headTile, groupTile)
      .unroll(part)
      .unroll(group)
      .unroll(head);
  inVectors(scores, lane, target.lanes);
  dot.compute_at(scores, headTile)
      .split(lane, part, lane, laneStep(target.lanes))
      .unroll(part)
      .unroll(group)
      .unroll(head);
  inVectors(dot, lane, target.lanes);
  Stage sum = dot.update();
  sum.split(lane, part, lane, laneStep(target.lanes));
  if (ofCodes()) { // fours of elements become dot4 in the printed code
    codes.schedule();
    sum.reorder(d.x, lane, head, part, group, d.y).atomic().vectorize(d.x);
  } else {
    sum.reorder(lane, head, part, group, d);
  }
  sum.unroll(part).unroll(group).unroll(head);
  inVectors(sum, lane, target.lanes);

  greatests.compute_root().bound_extent(lane, kBlockRows).bound_extent(head, heads).unroll(head);
  vectorizeLanes(greatests, lane, part, target.lanes);
  greatests.never_partition_all();
  greatests.update()
      .never_partition_all()
      .split(lane, part, lane, laneStep(target.lanes))
      .reorder(lane, part, head, allGroups)
      .unroll(part)
      .unroll(head);
  inVectors(greatests.update(), lane, target.lanes);
  laneGreatest.compute_root().bound_extent(lane, kBlockRows).bound_extent(head, heads).unroll(head);
  vectorizeLanes(laneGreatest, lane, part, target.lanes);
  greatest.compute_root().bound_extent(head, heads).unroll(head);
  greatest.update().reorder(head, lanes).unroll(head);

  probabilities.split(lane, part, lane, laneStep(target.lanes))
      .reorder(lane, part, head, group)
      .never_partition_all() // selects in the loop; no copy of it without them
      .unroll(part)
      .unroll(head);
  inVectors(probabilities, lane, target.lanes);

  // A block at a time, all heads together: their chains of additions overlap.
  sums.unroll(head);
  sums.update().reorder(head, allBlocks).unroll(head);
  partial.compute_at(sums, allBlocks).unroll(head);
  vectorizeLanes(partial, lane, part, target.lanes);
  partial.update()
      .split(lane, part, lane, laneStep(target.lanes))
      .reorder(lane, part, head, groups)
      .unroll(part)
      .unroll(head);
  inVectors(partial.update(), lane, target.lanes);
  laneSum.compute_at(sums, allBlocks).unroll(head);
  vectorizeLanes(laneSum, lane, part, target.lanes);
  blockSum.compute_at(sums, allBlocks).unroll(head);
  blockSum.update().reorder(head, lanes).unroll(head);
}

PrintedKernel AttentionScores::print(const std::string &name, const targets::Target &target) const {
  const AttentionTile tile = scoresTile(heads, kBlockRows / target.lanes, target.registers);
  std::vector<KernelParameter> parameters = {constBuffer(Float(32), "query"), constBuffer(type, "keys")};
  std::vector<Argument> inputs = {query, keys, positions, blocks, stride};
  if (ofCodes()) {
    parameters.push_back(constBuffer(Float(32), "key_scale"));
    inputs.push_back(keyScale);
  }
  std::vector<const char *> numbers = {"positions", "blocks", "stride"};
  if (shape.windowed) {
    numbers.insert(numbers.begin() + 1, "behind");
    inputs.push_back(behind);
  }
  for (const char *number : numbers)
    parameters.push_back(scalar(Int(32), number));
  for (const char *result : {"scores", "probabilities", "sums"})
    parameters.push_back(buffer(Float(32), result));
  return printKernel(
      name,
      "scores = keys . query, probabilities = exp(scores - their greatest) and their sums, for " +
          counted(heads, "query head") +
          " on one\nkey-value head; one token. scores and probabilities may be the same memory." +
          (ofCodes() ? "\nKeys are codes, to which 128 is added, and queries, which are mixed already, become codes."
                     : "") +
          (shape.windowed ? "\nThe first `behind` positions are behind the window." : "") + "\n  schedule  " +
          counted(tile.heads, "head") + " times " + counted(tile.groups, "group") + " of 16 positions at once\n",
      parameters, {scores, probabilities, sums}, inputs,
      prefetching(target, {"keys", "position_tile", "d", tile.groups * kBlockRows * shape.headSize,
                           ofCodes() ? kCodesAhead : 0}));
}

} // namespace

PrintedKernel printAttentionScores(const AttentionShape &shape, const targets::Target &target) {
  const std::string name = attentionName("attention_scores", shape);
  AttentionScores kernel(shape, target);
  kernel.schedule(target);
  return kernel.print(name, target);
}

} // namespace weebill::kernels
