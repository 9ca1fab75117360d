//===- CompactTensors.h - A quantized file in fewer bytes --------*- C++ -*-===//
//
// Tensors of a file that is quantized already in their compact form: matrices of Q4_1 become Q4_C, embedding and head
// Q6_C where they have more bits (CompactRows.h), and all else keeps what the file has. Whatever keeps the codes of a
// file keeps these. Tested by tests/unit/compiler/quantize/CompactTensorsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_QUANTIZE_COMPACTTENSORS_H
#define WEEBILL_COMPILER_QUANTIZE_COMPACTTENSORS_H

#include "compiler/quantize/QuantizedTensors.h"

namespace weebill::quantize {

struct CompactSizes {
  int64_t matrices = 0;          // that became smaller
  int64_t before = 0, after = 0; // their bytes, kept as they are and compact
};

/// What embedding and head are rounded to before, those that get smaller.
Formats formatsOfEnds(const importer::TensorSource &source);

/// The model with such tensors. `found` has blocks of some of those in formatsOfEnds; the others are rounded by
/// themselves.
importer::ImportedModel compactModel(const importer::ImportedModel &model, std::shared_ptr<const FoundBlocks> found);

/// What that does to it.
CompactSizes compactSizes(const importer::TensorSource &source);

} // namespace weebill::quantize

#endif // WEEBILL_COMPILER_QUANTIZE_COMPACTTENSORS_H
