//===- VocabularyFiles.h - vocab.json with merges.txt -------------*- C++ -*-===//
//
// Older folders have a byte-level vocabulary in two files, and the class of the tokenizer says what transformers does
// with them. Tested by tests/unit/compiler/import/VocabularyFilesTest.cpp and tests/emitted/test_added_tokens.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_VOCABULARYFILES_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_VOCABULARYFILES_H

#include "compiler/import/LongLoop.h"

#include <nlohmann/json.hpp>

namespace weebill::huggingface {

/// Whether `folder` has both files.
bool hasVocabularyFiles(const std::string &folder);

/// The tokenizer.json that transformers' class makes of them. Throws InputError for damaged files, and
/// UnsupportedTokenizer for a class that is not known.
nlohmann::json readVocabularyFiles(const std::string &folder, const std::string &tokenizerClass,
                                   const importer::AskToEnd &ask);

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_VOCABULARYFILES_H
