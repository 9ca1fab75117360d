//===- TokenizerEnds.h - What begins and ends a text -------------*- C++ -*-===//
//
// Which tokens of a folder's tokenizer begin and end texts: those that the settings name, and what stands around every
// text for classes whose settings decide over it. Tested by tests/unit/compiler/import/TokensAroundTest.cpp, and
// against transformers by tests/emitted/test_text_ends.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_TOKENIZERENDS_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_TOKENIZERENDS_H

#include "compiler/import/huggingface/ReadConfig.h"
#include "compiler/import/huggingface/TokenizerClass.h"

#include <nlohmann/json.hpp>

namespace weebill::huggingface {

/// Completes a tokenizer that was read. `settings`: those that hold, of `path`; `known`: its class, if that has an
/// opinion, or nullptr. Throws InputError.
void readTokenizerEnds(const std::string &path, const nlohmann::json &settings, const HuggingFaceConfig &config,
                       const TokenizerClass *known, importer::TokenizerData &tokenizer);

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_TOKENIZERENDS_H
