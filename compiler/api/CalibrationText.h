//===- CalibrationText.h - A text that weights are rounded for ---*- C++ -*-===//
//
// A file of text as sequences of tokens, and what stands for one where there is none. Tested by
// tests/unit/compiler/api/CalibrationTextTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_API_CALIBRATIONTEXT_H
#define WEEBILL_COMPILER_API_CALIBRATIONTEXT_H

#include "compiler/import/ImportedModel.h"

namespace weebill::api {

struct Sequences {
  std::vector<int32_t> tokens; // one sequence behind the other
  int64_t length = 0;          // of each
};

/// Twelve sequences of 512 tokens, or what there is, from all over the file. Throws InputError for a file that is no
/// text, for one that is too short, and for a model without a tokenizer.
Sequences calibrationText(const std::string &path, const importer::ImportedModel &model);

/// Four sequences of 512 tokens drawn from the whole vocabulary, the same ones every time: without a text they still
/// say which columns of the last rows are great, and which go together.
Sequences drawnTokens(const importer::ImportedModel &model);

} // namespace weebill::api

#endif // WEEBILL_COMPILER_API_CALIBRATIONTEXT_H
