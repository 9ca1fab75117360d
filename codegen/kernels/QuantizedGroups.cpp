//===- QuantizedGroups.cpp - Activation codes in groups of 32 -------------===//

#include "codegen/kernels/QuantizedGroups.h"

#include "codegen/kernels/NormalizedRow.h"

using namespace Halide;

namespace weebill::kernels {

constexpr int kGroup = plan::kGroupColumns;

//===----------------------------------------------------------------------===//
// Algorithm
//===----------------------------------------------------------------------===//

QuantizedGroups::QuantizedGroups(int64_t rowColumns, Func row)
    : groups(paddedColumns(rowColumns) / kGroup), lanes(0, kBlockRows, "lane"), columns(0, kGroup, "k") {
  const auto magnitude = [&](int half) {
    const Expr element = row(group * kGroup + half * kBlockRows + lane);
    return max(element, 0.0f - element);
  };
  greatests(lane, group) = max(magnitude(0), max(magnitude(1), 0.0f)); // where one is no number, the other
  greatest(group) = 0.0f;
  greatest(group) = max(greatest(group), greatests(lanes, group));
  step(group) = greatest(group) / 127.0f;
  inverseScale(group) = select(step(group) >= 1e-20f, 1.0f / step(group), 0.0f);
  const Expr scaled = round(row(group * kGroup + k) * inverseScale(group));
  codes(k, group) = cast<int8_t>(min(max(scaled, -127.0f), 127.0f));
  sum(group) = 0;
  sum(group) += cast<int>(codes(columns, group));
  tokenScale(group) = step(group);
  tokenSum(group) = sum(group);
  weighedSum(group) = step(group) * cast<float>(tokenSum(group));
}

//===----------------------------------------------------------------------===//
// Schedule
//===----------------------------------------------------------------------===//

void QuantizedGroups::schedule(int vectorLanes) {
  greatests.compute_root().bound_extent(lane, kBlockRows).bound_extent(group, groups);
  vectorizeLanes(greatests, lane, part, vectorLanes);
  // Of one group after the other, in registers: groups do not wait for each other.
  for (Func f : {step, inverseScale})
    f.compute_root().bound_extent(group, groups);
  greatest.compute_at(step, group);
  sum.compute_at(tokenSum, group);
  fixShape(codes.output_buffer(), {kGroup, groups});
  codes.split(k, part, k, laneStep(vectorLanes)).unroll(part);
  inVectors(codes, k, vectorLanes);
  for (Func f : {tokenScale, tokenSum, weighedSum})
    fixShape(f.output_buffer(), {groups});
}

std::vector<KernelParameter> QuantizedGroups::outputParameters() {
  return {buffer(Int(8), "codes"), buffer(Float(32), "token_scale"), buffer(Int(32), "token_sum"),
          buffer(Float(32), "weighed_sum")};
}

} // namespace weebill::kernels
