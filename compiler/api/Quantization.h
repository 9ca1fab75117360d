//===- Quantization.h - Floats that become codes in groups -------*- C++ -*-===//
//
// What `--weights int4`, `int5`, `int6` and `mixed` make of a model: formats for its matrices and, with a text to
// calibrate on, their codes; and what `compact` makes of one that has codes. Tested by
// tests/unit/compiler/api/QuantizationTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_API_QUANTIZATION_H
#define WEEBILL_COMPILER_API_QUANTIZATION_H

#include "compiler/api/CompileOptions.h"
#include "compiler/api/Lowering.h"
#include "compiler/api/Observer.h"
#include "compiler/quantize/CompactTensors.h"
#include "compiler/quantize/Recipe.h"

namespace weebill::api {

struct Quantization {
  quantize::Formats formats;
  std::shared_ptr<const quantize::FoundBlocks> found; // none: each group is rounded by itself
  std::string recipe;                                 // the formats as a recipe file
  bool compact = false;                               // the file's codes in fewer bytes: no formats, no recipe

  /// The model with such codes.
  importer::ImportedModel of(const importer::ImportedModel &model) const {
    return compact ? quantize::compactModel(model, found) : quantize::quantizedModel(model, formats, found);
  }
};

/// None for other weights. `options` are completed, `model` is rotated and padded as they say. Notes what it has done.
/// Throws InputError.
std::optional<Quantization> quantize(const CompileOptions &options, const importer::ImportedModel &model,
                                     const EqualTensors &equal, Observer &observer);

} // namespace weebill::api

#endif // WEEBILL_COMPILER_API_QUANTIZATION_H
