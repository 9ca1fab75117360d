//===- PhaseCosts.cpp - What a phase reads and computes -------------------===//
//
// The formulas stand in the header. Tested by tests/unit/codegen/report/PhaseCostsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/report/PhaseCosts.h"

#include "codegen/plan/BlockKinds.h"
#include "codegen/plan/HeadHalves.h"
#include "codegen/plan/PositionsRead.h"
#include "codegen/plan/StepKinds.h"
#include "codegen/weights/Traffic.h"

#include <algorithm>

namespace weebill::report {

namespace {

/// The matrix product of a step and the bytes it takes.
Cost matrixCost(const weights::FieldLayout &field, int64_t tokens) {
  Cost cost;
  cost.weightBytes = field.bytes();
  const formats::Operations one = field.format->operations(field.rows, field.columns);
  cost.integerOperations = one.integer * tokens;
  cost.floatOperations = one.floating * tokens;
  return cost;
}

/// One row, and what an int8 row brings with it.
Cost embedCost(const weights::FieldLayout &field, int64_t tokens) {
  Cost cost;
  cost.weightBytes = tokens * field.format->bytesOfEmbed(field.columns);
  cost.floatOperations = tokens * field.format->embedOperations * field.modelColumns;
  return cost;
}

/// Of visits, those that run a step: a cost is that of an average visit.
Cost inVisits(Cost cost, const plan::StepPlan &step, const plan::ModelPlan &plan) {
  if (step.arm < 0)
    return cost;
  const int64_t run = plan::visitsThatRun(step, plan), visits = int64_t(plan.schedule.size());
  for (int64_t *count : {&cost.weightBytes, &cost.cacheBytesRead, &cost.cacheBytesWritten, &cost.integerOperations,
                         &cost.floatOperations})
    *count = *count * run / visits;
  return cost;
}

/// Its share in a visit that runs the step: of matrices that blocks have in several formats, one is read.
Cost onAverage(Cost cost, const weights::FieldLayout &field, const plan::StepPlan &step, const plan::ModelPlan &plan,
               const weights::WeightsLayout &layout) {
  if (field.blockOffsets.empty())
    return cost;
  const int64_t copies = layout.copies(field), blocks = plan::blocksThatHave(step, plan);
  for (int64_t *count : {&cost.weightBytes, &cost.integerOperations, &cost.floatOperations})
    *count = *count * copies / blocks;
  return cost;
}

} // namespace

Cost &Cost::operator+=(const Cost &other) {
  weightBytes += other.weightBytes;
  cacheBytesRead += other.cacheBytesRead;
  cacheBytesWritten += other.cacheBytesWritten;
  integerOperations += other.integerOperations;
  floatOperations += other.floatOperations;
  return *this;
}

Cost costOf(const plan::StepPlan &step, const plan::ModelPlan &plan, const weights::WeightsLayout &layout,
            const Pass &pass) {
  const plan::StepKindInfo &kind = plan::info(step.kind);
  Cost cost;
  if (kind.weights == plan::WeightUse::Row || kind.weights == plan::WeightUse::Matrix)
    (void)step.weights.at(0); // a matrix that a plan has lost is not one without costs
  for (int index : step.weights) {
    const weights::FieldLayout &field = layout.fields.at(index);
    if (kind.weights == plan::WeightUse::Matrix)
      cost += onAverage(matrixCost(field, pass.tokens), field, step, plan, layout);
    else if (kind.weights == plan::WeightUse::Row)
      cost += embedCost(field, pass.tokens);
    else
      cost.weightBytes += field.bytes();
  }
  // All positions that the pass can see come from memory once; every token computes on those up to itself.
  if (kind.cache == plan::CacheUse::Reads)
    cost.cacheBytesRead =
        plan::positionsRead(step, plan, pass.firstPosition, pass.tokens) * weights::cacheBytesPerVisit(plan);
  if (kind.cache == plan::CacheUse::Writes)
    cost.cacheBytesWritten = pass.tokens * weights::cacheBytesPerVisit(plan);
  if (kind.cache == plan::CacheUse::Rows) { // what the same thread has just written comes from its cache
    const int64_t row = plan.convolution.columns * int64_t(sizeof(float));
    cost.cacheBytesRead = (plan.convolution.width - 1) * row;
    cost.cacheBytesWritten = pass.tokens * row;
  }
  for (int64_t token = 0; token < pass.tokens; ++token) {
    cost.floatOperations += kind.operations(step, plan, pass.firstPosition + token);
    cost.integerOperations += kind.integerOperations(step, plan, pass.firstPosition + token);
  }
  return inVisits(cost, step, plan);
}

Cost costOf(const plan::PhasePlan &phase, const plan::ModelPlan &plan, const weights::WeightsLayout &layout,
            const Pass &pass) {
  Cost total;
  for (const plan::StepPlan &step : phase.steps)
    total += costOf(step, plan, layout, pass);
  return total;
}

DealtUnits dealtUnits(const plan::StepPlan &step, const plan::Partition &partition, const plan::ModelPlan &plan,
                      const Pass &pass) {
  const int64_t units = partition.units;
  switch (partition.share) {
  case plan::Share::Every:
    return {};
  case plan::Share::Tokens:
    return {pass.tokens, 0, pass.tokens};
  case plan::Share::Heads: // in a chunk, pairs of a token and a key-value head
    if (pass.tokens == 1 && pass.firstPosition + 1 >= plan::kHalvesFrom && plan::dealsOutHalves(plan))
      return {2 * units, 0, 2 * units};
    return {units * pass.tokens, 0, units * pass.tokens};
  case plan::Share::Columns:
    break;
  }
  switch (plan::info(step.kind).units) {
  case plan::Units::Slice:
    return {units, partition.firstUnit, step.out.columns / partition.unitColumns};
  case plan::Units::Cache: // keys, and behind them values, if they lie in one matrix
    return {units, partition.firstUnit,
            units > plan.sizes.keyValueHeads ? 2 * plan.sizes.keyValueHeads : plan.sizes.keyValueHeads};
  case plan::Units::Own:
    break;
  }
  return {units, partition.firstUnit, units - partition.firstUnit};
}

int64_t unitsOfThread(const DealtUnits &dealt, int thread, int threads) {
  const int64_t from = std::max(dealt.units * thread / threads, dealt.first);
  const int64_t to = std::min(dealt.units * (thread + 1) / threads, dealt.first + dealt.count);
  return std::max<int64_t>(0, to - from);
}

double shareOfThread(const DealtUnits &dealt, int thread, int threads) {
  return dealt.count == 0 ? 1 : double(unitsOfThread(dealt, thread, threads)) / double(dealt.count);
}

} // namespace weebill::report
