//===- CodedHead.cpp - Codes of heads of numbers, as Funcs ----------------===//

#include "codegen/kernels/CodedHead.h"

using namespace Halide;

namespace weebill::kernels {

//===----------------------------------------------------------------------===//
// Algorithm
//===----------------------------------------------------------------------===//

CodedHead::CodedHead(Element x, int64_t headSize, int64_t heads)
    : x(std::move(x)), heads(int(heads)), group(0, int(headSize) / kBlockRows, "d"), lanes(0, kBlockRows, "lane") {
  const Expr element = this->x(group * kBlockRows + lane, head);
  greatests(lane, head) = 0.0f;
  greatests(lane, head) = max(max(element, 0.0f - element), greatests(lane, head)); // without what is no number
  laneGreatest(lane, head) = greatests(lane, head); // in memory, to be read lane by lane
  greatest(head) = 0.0f;
  greatest(head) = max(greatest(head), laneGreatest(lanes, head));
  step(head) = greatest(head) / 127.0f;
  inverseScale(head) = select(step(head) >= 1e-20f, 1.0f / step(head), 0.0f);
}

Expr CodedHead::code(Expr d, Expr head) const {
  return min(max(round(x(d, head) * inverseScale(head)), -127.0f), 127.0f);
}

//===----------------------------------------------------------------------===//
// Schedule
//===----------------------------------------------------------------------===//

void CodedHead::schedule(int vectorLanes) {
  greatests.compute_root().bound_extent(lane, kBlockRows).bound_extent(head, heads);
  vectorizeLanes(greatests, lane, part, vectorLanes);
  greatests.update().split(lane, part, lane, laneStep(vectorLanes)).reorder(lane, part, group, head).unroll(part);
  inVectors(greatests.update(), lane, vectorLanes);
  laneGreatest.compute_root().bound_extent(lane, kBlockRows).bound_extent(head, heads);
  vectorizeLanes(laneGreatest, lane, part, vectorLanes);
  greatest.compute_root().bound_extent(head, heads);
  greatest.update().reorder(lanes, head);
  for (Func f : {step, inverseScale})
    f.compute_root().bound_extent(head, heads);
}

} // namespace weebill::kernels
