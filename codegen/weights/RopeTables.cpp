//===- RopeTables.cpp - Cosines and sines of every position ---------------===//
//
// Compiled with -ffp-contract=off: angles are made in double, each operation rounded by itself. Tested by
// tests/unit/codegen/weights/RopeTablesTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/weights/RopeTables.h"

#include "codegen/plan/StepKinds.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace weebill::weights {

/// Radians from one position to the next, of each pair of a head.
static std::vector<double> frequencies(int64_t headSize, double theta, const plan::RopeFrequencies &rope) {
  if (theta == 0) // no RoPE
    return std::vector<double>(headSize / 2, 0.0);
  std::vector<double> all;
  for (int64_t i = 0; i < headSize / 2; ++i) {
    double frequency = std::pow(theta, double(-2 * i) / double(headSize));
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

std::vector<double> ropeThetas(const plan::RopeFrequencies &rope) {
  std::vector<double> thetas;
  for (double theta : rope.blockThetas)
    if (std::find(thetas.begin(), thetas.end(), theta) == thetas.end())
      thetas.push_back(theta);
  return thetas.empty() ? std::vector{rope.theta} : thetas;
}

std::vector<int64_t> ropeTableOfBlocks(const plan::RopeFrequencies &rope) {
  const std::vector<double> thetas = ropeThetas(rope);
  std::vector<int64_t> tables;
  if (thetas.size() > 1)
    for (double theta : rope.blockThetas)
      tables.push_back(std::find(thetas.begin(), thetas.end(), theta) - thetas.begin());
  return tables;
}

RopeTables makeRopeTables(int64_t positions, int64_t headSize, const plan::RopeFrequencies &rope) {
  const std::vector<double> thetas = ropeThetas(rope);
  RopeTables tables;
  tables.cosine.reserve(int64_t(thetas.size()) * positions * headSize / 2);
  tables.sine.reserve(tables.cosine.capacity());
  for (double theta : thetas) {
    const std::vector<double> all = frequencies(headSize, theta, rope);
    for (int64_t t = 0; t < positions; ++t)
      for (double frequency : all) {
        const double angle = double(t) * frequency;
        tables.cosine.push_back(float(std::cos(angle)));
        tables.sine.push_back(float(std::sin(angle)));
      }
  }
  return tables;
}

std::optional<plan::RopeFrequencies> findRopeFrequencies(const plan::ModelPlan &plan) {
  std::optional<plan::RopeFrequencies> rope;
  for (const plan::PhasePlan &phase : plan.decode.body)
    for (const plan::StepPlan &step : phase.steps) {
      if (!(plan::info(step.kind).constants & plan::kRope))
        continue;
      if (rope && *rope != step.rope)
        throw std::invalid_argument("rotations with theta " + std::to_string(rope->theta) + " and " +
                                    std::to_string(step.rope.theta) +
                                    " or other scaling in one model; there is one table for all");
      rope = step.rope;
    }
  return rope;
}

plan::RopeFrequencies ropeFrequenciesOf(const plan::ModelPlan &plan) {
  const std::optional<plan::RopeFrequencies> rope = findRopeFrequencies(plan);
  if (!rope)
    throw std::invalid_argument("the plan has no rotation");
  return *rope;
}

} // namespace weebill::weights
