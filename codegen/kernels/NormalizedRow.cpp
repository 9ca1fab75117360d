//===- NormalizedRow.cpp - RMS norm of a row, as Funcs --------------------===//

#include "codegen/kernels/NormalizedRow.h"

using namespace Halide;

namespace weebill::kernels {

int paddedColumns(int64_t columns) {
  require(columns > 0 && columns <= 1 << 20, "norms", std::to_string(columns) + " columns");
  return int((columns + kRowStep - 1) / kRowStep * kRowStep);
}

std::string rowSchedule(const targets::Target &target) {
  return "  schedule  " + counted(target.lanes, "lane") + "; sums in four ways of 16, whatever the lanes\n";
}

//===----------------------------------------------------------------------===//
// Algorithm
//===----------------------------------------------------------------------===//

NormalizedRow::NormalizedRow(int64_t columns)
    : columns(int(columns)), group(0, paddedColumns(columns) / kRowStep, "i"), lanes(0, kBlockRows, "lane") {
  Expr element = x(group * kRowStep + way * kBlockRows + lane);
  squares(lane, way) = 0.0f;
  squares(lane, way) += element * element;
  laneSum(lane) = ((squares(lane, 0) + squares(lane, 1)) + squares(lane, 2)) + squares(lane, 3);
  total() = 0.0f;
  total() += laneSum(lanes);
  inverse() = 1.0f / sqrt(total() * (1.0f / float(columns)) + epsilon);
}

Expr NormalizedRow::at(Expr i) const { return (x(i) * inverse()) * gain(i); }

//===----------------------------------------------------------------------===//
// Schedule
//===----------------------------------------------------------------------===//

void NormalizedRow::schedule(int vectorLanes) {
  fixShape(x, {paddedColumns(columns)});
  fixShape(gain, {paddedColumns(columns)});
  squares.compute_root().bound_extent(lane, kBlockRows).bound_extent(way, kRowWays).unroll(way);
  vectorizeLanes(squares, lane, part, vectorLanes);
  squares.update()
      .split(lane, part, lane, laneStep(vectorLanes))
      .reorder(lane, part, way, group)
      .unroll(part)
      .unroll(way);
  inVectors(squares.update(), lane, vectorLanes);
  laneSum.compute_root().bound_extent(lane, kBlockRows);
  vectorizeLanes(laneSum, lane, part, vectorLanes);
  total.compute_root();
  inverse.compute_root();
}

} // namespace weebill::kernels
