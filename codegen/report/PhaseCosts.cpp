//===- PhaseCosts.cpp - What a phase reads and computes -------------------===//
//
// The formulas stand in the header. Tested by tests/unit/codegen/report/PhaseCostsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/report/PhaseCosts.h"

#include "codegen/plan/HeadHalves.h"
#include "codegen/weights/Traffic.h"

#include <algorithm>

namespace weebill::report {

namespace {

constexpr int64_t kExp = 23, kSilu = kExp + 3, kPositionBlock = 64;

int64_t roundUp(int64_t value, int64_t multiple) { return (value + multiple - 1) / multiple * multiple; }

/// The matrix product of a step and the bytes it takes.
Cost matrixCost(const weights::FieldLayout &field, int64_t tokens) {
  Cost cost;
  cost.weightBytes = field.values.bytes + field.scale.bytes + field.rowSum.bytes;
  const int64_t products = 2 * field.rows * field.columns * tokens;
  if (field.kind == plan::WeightKind::MatrixInt8) {
    cost.integerOperations = products + 2 * field.rows * tokens;
    cost.floatOperations = 2 * field.rows * tokens;
  } else {
    cost.floatOperations = products;
  }
  return cost;
}

/// One row. What an int8 row brings with it is its scale; its sum is not needed.
Cost embedCost(const weights::FieldLayout &field, int64_t tokens) {
  Cost cost;
  const bool codes = field.kind == plan::WeightKind::MatrixInt8;
  const int64_t floats = field.columns * (field.kind == plan::WeightKind::MatrixF16 ? 2 : 4);
  cost.weightBytes = tokens * (codes ? field.columns + 4 : floats);
  cost.floatOperations = codes ? field.modelColumns * tokens : 0;
  return cost;
}

/// All positions that the pass can see come from memory once; every token computes on those up to itself.
Cost attentionCost(const plan::StepPlan &step, const plan::ModelPlan &plan, const Pass &pass) {
  Cost cost;
  const plan::Sizes &sizes = plan.sizes;
  cost.cacheBytesRead = roundUp(pass.firstPosition + pass.tokens, kPositionBlock) * weights::cacheBytesPerVisit(plan);
  const int64_t scales = plan.cache.element == plan::Element::I8 ? 2 : 0;
  for (int64_t token = 0; token < pass.tokens; ++token) {
    const int64_t positions = roundUp(pass.firstPosition + token + 1, kPositionBlock);
    cost.floatOperations +=
        step.heads * (4 * positions * sizes.headSize + (3 + kExp + scales) * positions + sizes.headSize);
  }
  return cost;
}

int64_t normOperations(int64_t columns) { return 4 * columns + 4; }
int64_t quantizeOperations(int64_t columns) { return 7 * columns + 7; }

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
  const int64_t tokens = pass.tokens;
  const auto field = [&](size_t index) -> const weights::FieldLayout & {
    return layout.fields.at(step.weights.at(index));
  };
  const auto columnsIn = [&] { return step.in.at(0).columns; };
  Cost cost;
  switch (step.kind) {
  case plan::StepKind::Embed:
    return embedCost(field(0), tokens);
  case plan::StepKind::RmsNorm:
  case plan::StepKind::RmsNormQuantize:
    cost.weightBytes = field(0).values.bytes;
    cost.floatOperations = tokens * normOperations(columnsIn());
    if (step.kind == plan::StepKind::RmsNormQuantize)
      cost.floatOperations += tokens * quantizeOperations(columnsIn());
    return cost;
  case plan::StepKind::Quantize:
    cost.floatOperations = tokens * quantizeOperations(columnsIn());
    return cost;
  case plan::StepKind::Linear:
    return matrixCost(field(0), tokens);
  case plan::StepKind::LinearResidual:
    cost = matrixCost(field(0), tokens);
    cost.floatOperations += field(0).rows * tokens;
    return cost;
  case plan::StepKind::SwiGLU: // rows of gate and up together: half as many results
    cost = matrixCost(field(0), tokens);
    cost.floatOperations += (kSilu + 1) * (field(0).rows / 2) * tokens;
    return cost;
  case plan::StepKind::AddBias:
    cost.weightBytes = field(0).values.bytes;
    cost.floatOperations = columnsIn() * tokens;
    return cost;
  case plan::StepKind::HeadNorm: {
    const bool gain = !step.weights.empty();
    cost.weightBytes = gain ? field(0).values.bytes : 0;
    cost.floatOperations = ((gain ? 5 : 4) * columnsIn() + 4 * step.heads) * tokens;
    return cost;
  }
  case plan::StepKind::Rope:
    cost.floatOperations = 4 * columnsIn() * tokens;
    return cost;
  case plan::StepKind::CacheAppend:
    cost.cacheBytesWritten = tokens * weights::cacheBytesPerVisit(plan);
    if (plan.cache.element == plan::Element::I8)
      cost.floatOperations = 7 * 2 * plan.sizes.keyValueHeads * plan.sizes.headSize * tokens;
    return cost;
  case plan::StepKind::Attention:
    return attentionCost(step, plan, pass);
  case plan::StepKind::Silu:
    cost.floatOperations = kSilu * columnsIn() * tokens;
    return cost;
  case plan::StepKind::Mul:
  case plan::StepKind::Add:
    cost.floatOperations = columnsIn() * tokens;
    return cost;
  }
  return cost;
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
  case plan::Share::Rows:
    break;
  }
  if (step.kind == plan::StepKind::Rope || step.kind == plan::StepKind::HeadNorm ||
      step.kind == plan::StepKind::AddBias)
    return {units, partition.firstUnit, step.out.columns / partition.unitRows};
  if (step.kind == plan::StepKind::CacheAppend) // keys, and behind them values, if they lie in one matrix
    return {units, partition.firstUnit,
            units > plan.sizes.keyValueHeads ? 2 * plan.sizes.keyValueHeads : plan.sizes.keyValueHeads};
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
