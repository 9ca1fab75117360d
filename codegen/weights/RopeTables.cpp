//===- RopeTables.cpp - Cosines and sines of every position ---------------===//
//
// Tested by tests/unit/codegen/weights/RopeTablesTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/weights/RopeTables.h"

#include <cmath>
#include <optional>
#include <stdexcept>

using namespace weebill;

RopeTables weebill::makeRopeTables(int64_t positions, int64_t headSize, double theta) {
  const int64_t half = headSize / 2;
  RopeTables tables;
  tables.cosine.reserve(positions * half);
  tables.sine.reserve(positions * half);
  for (int64_t t = 0; t < positions; ++t)
    for (int64_t i = 0; i < half; ++i) {
      const double angle = double(t) * std::pow(theta, double(-2 * i) / double(headSize));
      tables.cosine.push_back(float(std::cos(angle)));
      tables.sine.push_back(float(std::sin(angle)));
    }
  return tables;
}

double weebill::ropeThetaOf(const ModelPlan &plan) {
  std::optional<double> theta;
  for (const PhasePlan &phase : plan.decode.body)
    for (const StepPlan &step : phase.steps) {
      if (step.kind != StepKind::Rope)
        continue;
      if (theta && *theta != step.ropeTheta)
        throw std::invalid_argument("rotations with theta " + std::to_string(*theta) + " and " +
                                    std::to_string(step.ropeTheta) + " in one model; there is one table for all");
      theta = step.ropeTheta;
    }
  if (!theta)
    throw std::invalid_argument("the plan has no rotation");
  return *theta;
}
