//===- FolderTokenizer.h - The tokenizer of a model folder -------*- C++ -*-===//
//
// tokenizer.json or tokenizer.model, and what the files beside it say: tokenizer_config.json, special_tokens_map.json,
// added_tokens.json. Tested by tests/unit/compiler/import/FolderTokenizerTest.cpp and
// tests/emitted/test_added_tokens.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_FOLDERTOKENIZER_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_FOLDERTOKENIZER_H

#include "compiler/import/huggingface/ReadConfig.h"

#include <nlohmann/json.hpp>

namespace weebill::huggingface {

/// What the folder's files say of text, for templates and stop tokens.
struct FolderText {
  nlohmann::json settings = nlohmann::json::object(); // tokenizer_config.json, with special_tokens_map.json
  nlohmann::json content = nlohmann::json::object();  // tokenizer.json, with the tokens that stand beside it
  bool namesTokens = true;                            // false: of a tokenizer whose settings do not stand there
};

/// Fills the model's tokenizer, or `tokenizerProblem`, and notes. Throws InputError.
void readFolderTokenizer(const std::string &folder, const HuggingFaceConfig &config,
                         const importer::ImportOptions &options, importer::ImportedModel &model, FolderText &text);

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_FOLDERTOKENIZER_H
