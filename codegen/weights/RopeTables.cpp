//===- RopeTables.cpp - Cosines and sines of every position ---------------===//
//
// Compiled with -ffp-contract=off: angles are made in double, each operation rounded by itself. Tested by
// tests/unit/codegen/weights/RopeTablesTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/weights/RopeTables.h"

#include <cmath>
#include <numbers>
#include <optional>
#include <stdexcept>

namespace weebill::weights {

/// Radians from one position to the next, of each pair of a head.
static std::vector<double> frequencies(int64_t headSize, const plan::RopeFrequencies &rope) {
  std::vector<double> all;
  for (int64_t i = 0; i < headSize / 2; ++i) {
    double frequency = std::pow(rope.theta, double(-2 * i) / double(headSize));
    if (rope.factor != 1) {
      const double context = double(rope.context), wavelength = 2 * std::numbers::pi / frequency;
      const bool slow = wavelength > context / rope.low, fast = wavelength < context / rope.high;
      const double smooth = (context / wavelength - rope.low) / (rope.high - rope.low);
      const double divided = frequency / rope.factor;
      if (slow)
        frequency = divided;
      else if (!fast)
        frequency = (1 - smooth) * divided + smooth * frequency;
    }
    all.push_back(frequency);
  }
  return all;
}

RopeTables makeRopeTables(int64_t positions, int64_t headSize, const plan::RopeFrequencies &rope) {
  const std::vector<double> all = frequencies(headSize, rope);
  RopeTables tables;
  tables.cosine.reserve(positions * all.size());
  tables.sine.reserve(positions * all.size());
  for (int64_t t = 0; t < positions; ++t)
    for (double frequency : all) {
      const double angle = double(t) * frequency;
      tables.cosine.push_back(float(std::cos(angle)));
      tables.sine.push_back(float(std::sin(angle)));
    }
  return tables;
}

plan::RopeFrequencies ropeFrequenciesOf(const plan::ModelPlan &plan) {
  std::optional<plan::RopeFrequencies> rope;
  for (const plan::PhasePlan &phase : plan.decode.body)
    for (const plan::StepPlan &step : phase.steps) {
      if (step.kind != plan::StepKind::Rope)
        continue;
      if (rope && *rope != step.rope)
        throw std::invalid_argument("rotations with theta " + std::to_string(rope->theta) + " and " +
                                    std::to_string(step.rope.theta) +
                                    " or other scaling in one model; there is one table for all");
      rope = step.rope;
    }
  if (!rope)
    throw std::invalid_argument("the plan has no rotation");
  return *rope;
}

} // namespace weebill::weights
