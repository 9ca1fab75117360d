//===- TextChanges.h - Normalizers of tokenizer.json -------------*- C++ -*-===//
//
// Steps of a normalizer that any kind of tokenizer may begin with: Unicode's forms, small letters, no accents, a text
// in the place of another, no white space around a text. Tested by
// tests/unit/compiler/import/HuggingFaceTokenizerTest.cpp and, against the `tokenizers` package, by
// tests/emitted/test_normalizers.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_TEXTCHANGES_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_TEXTCHANGES_H

#include "codegen/weights/TokenizerKind.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace weebill::huggingface {

/// The step as a change; nothing if it is another. Throws UnsupportedTokenizer for one that grows texts too much.
std::optional<weights::TextChange> changeOf(const nlohmann::json &step);

/// A form that comes last is the kind's form.
void takeLastForm(weights::TokenizerKind &kind);

/// Throws UnsupportedTokenizer where there are too many changes, texts grow too much by all of them, or not all forms
/// are canonical ones or all compatible.
void checkChanges(const weights::TokenizerKind &kind);

/// What the changes make of a text of ASCII letters; nothing if they, or it, have others.
std::optional<std::string> changedText(const std::vector<weights::TextChange> &changes, std::string text);

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_TEXTCHANGES_H
