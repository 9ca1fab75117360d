//===- RotateModel.h - The same model in a rotated residual stream -*- C++ -*-===//
//
// One scale for each token is too coarse where a few columns of the residual stream are far greater than the others. A
// rotation R of the stream spreads them out, and costs nothing at run time: it is folded into the weights on both sides
// (Ashkboos et al. 2024, QuaRot, arXiv 2404.00456; Liu et al. 2024, SpinQuant, arXiv 2405.16406). What it is worth:
// docs/decisions/0003-rotated-weights.md. Tested by tests/unit/compiler/import/RotateTest.cpp.
//
//     stream    x' = x R, a norm without gain commutes with R
//     reading   W' = (W diag(gain)) R        q, k, v, gate, up; an untied head
//     writing   W' = R^T W                   attention_out, down; the rows of the embedding are W = x, so E' = E R,
//                                            and a bias of attention_out is a row of the stream like them
//     tied head the gain of the last norm cannot be folded into E': one more matrix comes before it,
//               "head_rotation.weight" = R^T diag(gain) R, so that E' (M n') = E (gain * n)
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_ROTATE_ROTATEMODEL_H
#define WEEBILL_COMPILER_IMPORT_ROTATE_ROTATEMODEL_H

#include "compiler/import/ImportedModel.h"

#include <functional>

namespace weebill::rotate {

/// Why a model's residual stream cannot be rotated; empty if it can.
std::string rotationProblem(const importer::Architecture &sizes);

/// The model with its tensors rotated when they are read, in double precision and rounded once. nullopt if that
/// has a problem. `between` is called inside the longest loop, from the thread that reads; what it throws comes out of
/// readRows.
std::optional<importer::ImportedModel> rotateModel(const importer::ImportedModel &model,
                                                   std::function<void()> between = {});

} // namespace weebill::rotate

#endif // WEEBILL_COMPILER_IMPORT_ROTATE_ROTATEMODEL_H
