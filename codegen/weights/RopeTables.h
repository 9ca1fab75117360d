//===- RopeTables.h - Cosines and sines of every position --------*- C++ -*-===//
//
// Made once, by the compiler, because no two C libraries agree on the last bit of a cosine: docs/numerics.md, "RoPE".
// Tested by tests/unit/codegen/weights/RopeTablesTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_WEIGHTS_ROPETABLES_H
#define WEEBILL_CODEGEN_WEIGHTS_ROPETABLES_H

#include "codegen/plan/ModelPlan.h"

#include <cstdint>
#include <vector>

namespace weebill::weights {

/// [positions][headSize / 2] each.
struct RopeTables {
  std::vector<float> cosine, sine;
};

/// Of angle[t][i] = t * frequency[i], in double, rounded to float once.
RopeTables makeRopeTables(int64_t positions, int64_t headSize, const plan::RopeFrequencies &rope);

/// What all rotations of a plan have in common. Throws std::invalid_argument if there is none, or if two differ.
plan::RopeFrequencies ropeFrequenciesOf(const plan::ModelPlan &plan);

} // namespace weebill::weights

#endif // WEEBILL_CODEGEN_WEIGHTS_ROPETABLES_H
