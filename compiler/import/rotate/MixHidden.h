//===- MixHidden.h - The same model with mixed inputs of down ----*- C++ -*-===//
//
// What `down` multiplies, silu(gate) * up, has a few columns that are far greater than the others, too, and no matrix
// before it that a rotation could be folded into. So the program mixes it (lm.hadamard), and the rows of `down` are
// mixed here, which undoes that: down h = (down S / n) (S h), S a Walsh-Hadamard matrix of n columns, S S = n
// (Ashkboos et al. 2024, QuaRot, arXiv 2404.00456, has it as an online transform). What it is worth:
// docs/decisions/0003-rotated-weights.md. Tested by tests/unit/compiler/import/MixHiddenTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_ROTATE_MIXHIDDEN_H
#define WEEBILL_COMPILER_IMPORT_ROTATE_MIXHIDDEN_H

#include "compiler/import/ImportedModel.h"

namespace weebill::rotate {

/// Columns that are mixed with each other: the greatest power of two up to 512 that divides `hidden`. More than 512
/// make no number smaller that 512 leave great, and cost a stride more.
int64_t mixedColumns(int64_t hidden);

/// The model, whose widths are those of a program (pad/PadModel.h), with its `down` mixed when it is read, in double
/// precision, and rounded. Its architecture says so.
importer::ImportedModel mixHidden(const importer::ImportedModel &model);

} // namespace weebill::rotate

#endif // WEEBILL_COMPILER_IMPORT_ROTATE_MIXHIDDEN_H
