//===- PadModel.h - The same model with widths that kernels have -*- C++ -*-===//
//
// Kernels take columns and heads in blocks of 16. A model whose widths are none gets columns of zeros, which no other
// column notices:
//
//     model        columns of the residual stream are 0 from the embedding on. A norm divides by more columns than
//     there
//                  are, so its epsilon is times N / N', and its gains are times sqrt(N / N'): what it gives is the same
//     hidden       rows of gate and up are 0, and silu(0) * 0 is 0; columns of down are 0
//     head size    each half of a head has zeros behind it, so that pairs of RoPE stay pairs. Pair i has to turn as
//                  theta^(-2 i / H) says, and is at theta'^(-2 i / H') now, so theta' = theta^(H' / H). Norms of heads
//                  are as above; the scale of attention is that of H
//
// Models whose widths are multiples of 16 are left as they are. Tested by tests/unit/compiler/import/PadModelTest.cpp
// and tests/emitted/test_widths.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_PAD_PADMODEL_H
#define WEEBILL_COMPILER_IMPORT_PAD_PADMODEL_H

#include "compiler/import/ImportedModel.h"

namespace weebill::pad {

/// The model with its widths padded, its tensors when they are read.
importer::ImportedModel padModel(const importer::ImportedModel &model);

} // namespace weebill::pad

#endif // WEEBILL_COMPILER_IMPORT_PAD_PADMODEL_H
