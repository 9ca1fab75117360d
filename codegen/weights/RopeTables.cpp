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
static std::vector<double> frequencies(int64_t headSize, const RopeOfBlock &block, const plan::RopeFrequencies &rope) {
  if (block.theta == 0) // no RoPE
    return std::vector<double>(headSize / 2, 0.0);
  std::vector<double> all;
  for (int64_t i = 0; i < headSize / 2; ++i) {
    double frequency = std::pow(block.theta, double(-2 * i) / double(headSize));
    if (block.factor != 1) {
      const double context = double(rope.context), wavelength = 2 * std::numbers::pi / frequency;
      const bool slow = wavelength > context / rope.low, fast = wavelength < context / rope.high;
      const double smooth = (context / wavelength - rope.low) / (rope.high - rope.low);
      const double divided = frequency / block.factor;
      if (slow)
        frequency = divided;
      else if (!fast)
        frequency = (1 - smooth) * divided + smooth * frequency;
    }
    all.push_back(frequency);
  }
  return all;
}

/// Of each block where they differ, or the one that all have.
static std::vector<RopeOfBlock> ropeOfAll(const plan::RopeFrequencies &rope) {
  std::vector<RopeOfBlock> all(std::max({rope.blockThetas.size(), rope.blockFactors.size(), size_t(1)}),
                               {rope.theta, rope.factor});
  for (size_t block = 0; block < rope.blockThetas.size(); ++block)
    all[block].theta = rope.blockThetas[block];
  for (size_t block = 0; block < rope.blockFactors.size(); ++block)
    all[block].factor = rope.blockFactors[block];
  return all;
}

std::vector<RopeOfBlock> differentRopes(const plan::RopeFrequencies &rope) {
  std::vector<RopeOfBlock> different;
  for (const RopeOfBlock &block : ropeOfAll(rope))
    if (std::find(different.begin(), different.end(), block) == different.end())
      different.push_back(block);
  return different;
}

std::vector<int64_t> ropeTableOfBlocks(const plan::RopeFrequencies &rope) {
  const std::vector<RopeOfBlock> different = differentRopes(rope);
  std::vector<int64_t> tables;
  if (different.size() > 1)
    for (const RopeOfBlock &block : ropeOfAll(rope))
      tables.push_back(std::find(different.begin(), different.end(), block) - different.begin());
  return tables;
}

RopeTables makeRopeTables(int64_t positions, int64_t headSize, const plan::RopeFrequencies &rope) {
  const std::vector<RopeOfBlock> different = differentRopes(rope);
  RopeTables tables;
  tables.cosine.reserve(int64_t(different.size()) * positions * headSize / 2);
  tables.sine.reserve(tables.cosine.capacity());
  for (const RopeOfBlock &block : different) {
    const std::vector<double> all = frequencies(headSize, block, rope);
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
