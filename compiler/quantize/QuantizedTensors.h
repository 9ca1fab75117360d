//===- QuantizedTensors.h - A model whose floats became codes ----*- C++ -*-===//
//
// Tensors as a quantized file would have them: the matrices that a recipe names are blocks of the recipe's formats, all
// else is what it was. Whatever keeps the codes of a file keeps these. Tested by
// tests/unit/compiler/quantize/QuantizedTensorsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_QUANTIZE_QUANTIZEDTENSORS_H
#define WEEBILL_COMPILER_QUANTIZE_QUANTIZEDTENSORS_H

#include "compiler/import/ImportedModel.h"
#include "compiler/quantize/GroupFormat.h"

#include <map>

namespace weebill::quantize {

/// What each matrix becomes, by the tensor's name. Matrices that are not in it stay floats.
using Formats = std::map<std::string, const GroupFormat *>;

/// Blocks that a calibration has found, by the tensor's name: all rows of it.
using FoundBlocks = std::map<std::string, std::vector<uint8_t>>;

/// Whether the tensor can become codes: a matrix that the file has.
bool isQuantized(const importer::TensorInfo &tensor);

/// The model with its tensors rounded when they are read, each group by itself, but for those in `found` (or none).
/// Throws InputError for a matrix whose rows are no whole groups.
importer::ImportedModel quantizedModel(const importer::ImportedModel &model, const Formats &formats,
                                       std::shared_ptr<const FoundBlocks> found = nullptr);

/// Rounds rows, [count][columns]; the blocks of each follow each other. No importance: all weights count alike.
void roundRows(const GroupFormat &format, const float *rows, int64_t count, int64_t columns, const float *importance,
               uint8_t *blocks);

/// Rows of blocks as floats.
void blocksToRows(const GroupFormat &format, const uint8_t *blocks, int64_t count, int64_t columns, float *rows);

} // namespace weebill::quantize

#endif // WEEBILL_COMPILER_QUANTIZE_QUANTIZEDTENSORS_H
