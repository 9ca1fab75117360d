//===- TextFacts.h - What a model has for text, for people -------*- C++ -*-===//
//
// `weebill inspect` shows it: tokenizer, chat, the tokens that begin and end a text, and why something is missing.
// Tested by tests/unit/compiler/import/TextFactsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_TEXTFACTS_H
#define WEEBILL_COMPILER_IMPORT_TEXTFACTS_H

#include "compiler/import/ImportedModel.h"

namespace weebill::importer {

struct TextFact {
  std::string name, value; // "stop tokens", "2 '</s>', 7"
};

/// Lines of a table, notes last.
std::vector<TextFact> textFacts(const ImportedModel &model);

/// "byte-level BPE, text cut as Llama 3's"; empty without a tokenizer.
std::string tokenizerName(const ImportedModel &model);

} // namespace weebill::importer

#endif // WEEBILL_COMPILER_IMPORT_TEXTFACTS_H
