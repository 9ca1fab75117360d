//===- ByteLevelBpe.h - Kinds of tokenizer.json that are read ----*- C++ -*-===//
//
// Decides whether the settings of a tokenizer.json, everything but its vocabulary, are byte-level BPE as emitted
// programs know it. Tested by tests/unit/compiler/import/HuggingFaceTokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_BYTELEVELBPE_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_BYTELEVELBPE_H

#include "compiler/import/ImportedModel.h"

#include <nlohmann/json_fwd.hpp>

namespace weebill {

/// A tokenizer of another kind; the reason is what() and becomes tokenizerProblem.
struct UnsupportedTokenizer : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct ByteLevelBpe {
  TokenizerData::PreTokenizer preTokenizer;
  std::string beginning; // the token that is put before every text, empty for none
};

/// Throws UnsupportedTokenizer.
ByteLevelBpe readByteLevelBpe(const nlohmann::json &content);

} // namespace weebill

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_BYTELEVELBPE_H
