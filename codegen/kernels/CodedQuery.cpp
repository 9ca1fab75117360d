//===- CodedQuery.cpp - Codes of the queries of a group, as Funcs ---------===//

#include "codegen/kernels/CodedQuery.h"

using namespace Halide;

namespace weebill::kernels {

//===----------------------------------------------------------------------===//
// Algorithm
//===----------------------------------------------------------------------===//

CodedQuery::CodedQuery(ImageParam query, const AttentionShape &shape, const targets::Target &target)
    : size(int(shape.headSize)), heads(int(shape.groupHeads)), lanes(target.lanes),
      coded([query](Expr d, Expr head) { return query(d, head); }, size, heads), groups(0, size / kBlockRows, "d"),
      allLanes(0, kBlockRows, "lane") {
  codes(d, head) = cast<int8_t>(coded.code(d, head));
  scales(head) = coded.scale(head) * (1.0f / float(mixedElements(size)));
  // The sum of all codes, as floats: integers this small are exact.
  sums(lane, head) = 0.0f;
  sums(lane, head) += coded.code(groups * kBlockRows + lane, head);
  laneSum(lane, head) = sums(lane, head); // in memory, to be read lane by lane
  sum(head) = 0.0f;
  sum(head) += laneSum(allLanes, head);
  starts(head) = target.codes == targets::CodeType::U8 ? cast<int>(sum(head)) * -128 : Expr(0);
}

//===----------------------------------------------------------------------===//
// Schedule
//===----------------------------------------------------------------------===//

void CodedQuery::schedule() {
  coded.schedule(lanes);
  codes.compute_root().bound_extent(d, size).bound_extent(head, heads);
  elementsInVectors(codes, d, lanes);
  for (Func f : {scales, starts})
    f.compute_root().bound_extent(head, heads);
  for (Func f : {sums, laneSum}) {
    f.compute_root().bound_extent(lane, kBlockRows).bound_extent(head, heads);
    vectorizeLanes(f, lane, part, lanes);
  }
  sums.update().split(lane, part, lane, laneStep(lanes)).reorder(lane, part, groups, head).unroll(part);
  inVectors(sums.update(), lane, lanes);
  sum.compute_root().bound_extent(head, heads);
  sum.update().reorder(allLanes, head);
}

} // namespace weebill::kernels
