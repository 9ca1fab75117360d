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

/// What blocks may differ in. A theta of 0: no RoPE; a factor of 1: not scaled.
struct RopeOfBlock {
  double theta, factor;

  bool operator==(const RopeOfBlock &) const = default;
};

/// [differentRopes][positions][headSize / 2] each.
struct RopeTables {
  std::vector<float> cosine, sine;
};

/// Of angle[t][i] = t * frequency[i], in double, rounded to float once.
/// One table after the other, for each of differentRopes.
RopeTables makeRopeTables(int64_t positions, int64_t headSize, const plan::RopeFrequencies &rope);

/// What tables are made for: each that a block has, once, in the order of the blocks.
std::vector<RopeOfBlock> differentRopes(const plan::RopeFrequencies &rope);

/// The table of each block, empty if there is one for all.
std::vector<int64_t> ropeTableOfBlocks(const plan::RopeFrequencies &rope);

/// What all rotations of a plan have in common; nothing if it has none. Throws std::invalid_argument if two differ.
std::optional<plan::RopeFrequencies> findRopeFrequencies(const plan::ModelPlan &plan);

/// The same of a plan that has rotations. Throws std::invalid_argument if it has none.
plan::RopeFrequencies ropeFrequenciesOf(const plan::ModelPlan &plan);

} // namespace weebill::weights

#endif // WEEBILL_CODEGEN_WEIGHTS_ROPETABLES_H
