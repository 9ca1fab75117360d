//===- TextBehind.h - Tokens behind every text --------------------*- C++ -*-===//
//
// Some tokenizers put a token behind every text, which tells an encoder where it ends. A program reads a text so that
// the model goes on with it, and puts nothing there. Tested by tests/unit/compiler/import/FolderTokenizerTest.cpp and
// GgufTokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_TEXTBEHIND_H
#define WEEBILL_COMPILER_IMPORT_TEXTBEHIND_H

#include "compiler/import/ImportedModel.h"
#include "compiler/import/Refuse.h"

namespace weebill::importer {

/// A note, if the model's tokenizer is one of these.
inline void noteTextBehind(ImportedModel &model) {
  if (model.tokenizer && !model.tokenizer->behind.empty())
    model.notes.push_back("the tokenizer puts " + weebill::importer::quoted(model.tokenizer->behind) +
                          " behind every text; programs do not, because the model goes on with what it reads");
}

} // namespace weebill::importer

#endif // WEEBILL_COMPILER_IMPORT_TEXTBEHIND_H
