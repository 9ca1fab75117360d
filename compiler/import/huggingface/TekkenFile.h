//===- TekkenFile.h - tekken.json ---------------------------------*- C++ -*-===//
//
// The vocabulary of the package `mistral-common`, which Mistral's folders have where there is no tokenizer.json: bytes
// with ranks, an expression, special tokens before them. Tested by tests/unit/compiler/import/TekkenFileTest.cpp and,
// against the package, by tests/emitted/test_published_vocabularies.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_TEKKENFILE_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_TEKKENFILE_H

#include "compiler/import/ImportedModel.h"
#include "compiler/import/LongLoop.h"

#include <nlohmann/json_fwd.hpp>

namespace weebill::huggingface {

/// The tokenizer of a model with `vocabulary` rows. Throws InputError if the file is damaged, and UnsupportedTokenizer.
importer::TokenizerData readTekkenFile(const std::string &path, const nlohmann::json &content, int64_t vocabulary,
                                       const importer::AskToEnd &ask);

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_TEKKENFILE_H
