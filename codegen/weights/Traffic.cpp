//===- Traffic.cpp - Bytes that one decoded token moves -------------------===//
//
// Tested by tests/unit/codegen/weights/TrafficTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/weights/Traffic.h"

#include "codegen/plan/CacheRooms.h"
#include "codegen/plan/Elements.h"
#include "codegen/plan/StepKinds.h"

#include <algorithm>
#include <set>

namespace weebill::weights {

int64_t weightBytesPerToken(const plan::ModelPlan &plan, const WeightsLayout &layout) {
  std::set<int> whole, oneRow;
  for (const auto *phases : {&plan.decode.before, &plan.decode.body, &plan.decode.after})
    for (const plan::PhasePlan &phase : *phases)
      for (const plan::StepPlan &step : phase.steps)
        (plan::info(step.kind).weights == plan::WeightUse::Row ? oneRow : whole)
            .insert(step.weights.begin(), step.weights.end());

  int64_t total = 0;
  for (int index : whole) {
    const FieldLayout &field = layout.fields[index];
    total += field.bytes() * layout.copies(field);
  }
  for (int index : oneRow)
    if (!whole.count(index))
      total += layout.fields[index].bytes() / layout.fields[index].rows;
  return total;
}

int64_t cacheBytesPerVisit(const plan::ModelPlan &plan) {
  const int64_t scale = plan.cache.element == plan::Element::I8 ? sizeof(float) : 0; // of a head's codes
  return 2 * plan.sizes.keyValueHeads * (plan.sizes.headSize * plan::elementBytes(plan.cache.element) + scale);
}

int64_t cacheBytesPerToken(const plan::ModelPlan &plan) {
  const std::vector<bool> convolves = plan::cacheRooms(plan).convolves;
  return std::count(convolves.begin(), convolves.end(), false) * cacheBytesPerVisit(plan);
}

int64_t cacheBytes(const plan::ModelPlan &plan, int64_t tokens) {
  const plan::CacheRooms rooms = plan::cacheRooms(plan);
  int64_t positions = 0, rows = 0;
  for (size_t visit = 0; visit < rooms.positions.size(); ++visit) {
    const int64_t held = std::min(rooms.positions[visit], tokens);
    if (rooms.convolves[visit])
      rows += held + plan.convolution.width - 1; // of zeros, before the first
    else
      positions += held;
  }
  return positions * cacheBytesPerVisit(plan) + rows * plan.convolution.columns * int64_t(sizeof(float));
}

} // namespace weebill::weights
