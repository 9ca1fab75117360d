//===- StopTokens.h - What a text ends with ----------------------*- C++ -*-===//
//
// A model names the tokens that end a text in several places, and none of them needs a tokenizer. Tested by
// tests/unit/compiler/import/StopTokensTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_STOPTOKENS_H
#define WEEBILL_COMPILER_IMPORT_STOPTOKENS_H

#include "compiler/import/ImportedModel.h"

namespace weebill::importer {

/// Adds these tokens to the model's, each once. What is outside the vocabulary can never be produced and ends nothing:
/// it is left out, with a note that names `source`. Negative numbers are how files write that there is none.
void addStopTokens(ImportedModel &model, const std::vector<int64_t> &ids, const std::string &source);

} // namespace weebill::importer

#endif // WEEBILL_COMPILER_IMPORT_STOPTOKENS_H
