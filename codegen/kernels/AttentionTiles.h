//===- AttentionTiles.h - Register tiles of the attention kernels *- C++ -*-===//
//
// Tested by tests/unit/codegen/kernels/AttentionKernelsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_KERNELS_ATTENTIONTILES_H
#define WEEBILL_CODEGEN_KERNELS_ATTENTIONTILES_H

#include "codegen/kernels/KernelText.h"

#include "codegen/plan/Contract.h"

namespace weebill::kernels {

/// Positions whose partial sums are merged as one (docs/numerics.md), and its groups of 16.
constexpr int kAttentionBlock = plan::kPositionBlock;
constexpr int kAttentionGroups = kAttentionBlock / kBlockRows;

/// What is computed at once: heads times groups (of 16 positions, or vectors of d).
struct AttentionTile {
  int heads, groups;
};

AttentionTile scoresTile(int heads, int vectorsOfGroup, int registers);
AttentionTile valuesTile(int heads, int headSize, int lanes);

/// printAttentionValues for a cache of codes (AttentionCodes.cpp).
PrintedKernel printAttentionToCodes(const AttentionShape &shape, const targets::Target &target);

/// "attention_scores_f16_3x64"; throws std::invalid_argument for shapes that cannot be.
std::string attentionName(const std::string &kind, const AttentionShape &shape);

} // namespace weebill::kernels

#endif // WEEBILL_CODEGEN_KERNELS_ATTENTIONTILES_H
