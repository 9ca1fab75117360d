//===- HuggingFaceTokenizer.h - tokenizer.json -------------------*- C++ -*-===//
//
// BPE as the package `tokenizers` saves it. Other kinds of tokenizer are not an error: the model runs on
// token ids then, and the reason is kept. Tested by tests/unit/compiler/import/HuggingFaceTokenizerTest.cpp and
// tests/emitted/test_tokenizer_families.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_HUGGINGFACETOKENIZER_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_HUGGINGFACETOKENIZER_H

#include "compiler/import/ImportedModel.h"
#include "compiler/import/LongLoop.h"

#include <nlohmann/json_fwd.hpp>

namespace weebill::huggingface {

/// The tokenizer that `content`, read from `path`, describes, or nothing and the reason in `problem`. `beginning` and
/// `end` are left open. Throws InputError if it is damaged: ids twice, merges that make no token.
std::optional<importer::TokenizerData> readHuggingFaceTokenizer(const std::string &path, const nlohmann::json &content,
                                                                int64_t vocabulary, std::string &problem,
                                                                const importer::AskToEnd &ask = {});

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_HUGGINGFACETOKENIZER_H
