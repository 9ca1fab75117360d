//===- CodedHead.cpp - Codes of a head's key or value, as Funcs -----------===//

#include "codegen/kernels/CodedHead.h"

using namespace Halide;

namespace weebill::kernels {

//===----------------------------------------------------------------------===//
// Algorithm
//===----------------------------------------------------------------------===//

CodedHead::CodedHead(ImageParam x, int64_t headSize)
    : x(x), group(0, int(headSize) / kBlockRows, "d"), lanes(0, kBlockRows, "lane") {
  Expr element = x(group * kBlockRows + lane);
  greatests(lane) = 0.0f;
  greatests(lane) = max(greatests(lane), max(element, 0.0f - element));
  laneGreatest(lane) = greatests(lane); // in memory, to be read lane by lane
  greatest() = 0.0f;
  greatest() = max(greatest(), laneGreatest(lanes));
  step() = greatest() / 127.0f;
  inverseScale() = select(step() >= 1e-20f, 1.0f / step(), 0.0f);
  tokenScale() = step();
}

Expr CodedHead::code(Expr d) const { return cast<int8_t>(min(max(round(x(d) * inverseScale()), -127.0f), 127.0f)); }

//===----------------------------------------------------------------------===//
// Schedule
//===----------------------------------------------------------------------===//

void CodedHead::schedule(int vectorLanes) {
  greatests.compute_root().bound_extent(lane, kBlockRows);
  vectorizeLanes(greatests, lane, part, vectorLanes);
  greatests.update().split(lane, part, lane, laneStep(vectorLanes)).reorder(lane, part, group).unroll(part);
  inVectors(greatests.update(), lane, vectorLanes);
  laneGreatest.compute_root().bound_extent(lane, kBlockRows);
  vectorizeLanes(laneGreatest, lane, part, vectorLanes);
  for (Func f : {greatest, step, inverseScale})
    f.compute_root();
}

} // namespace weebill::kernels
