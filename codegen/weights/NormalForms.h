//===- NormalForms.h - Tables of Unicode's normalization forms ---*- C++ -*-===//
//
// Tested by tests/emitted/test_tokenizer_families.py against the `tokenizers` package.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_WEIGHTS_NORMALFORMS_H
#define WEEBILL_CODEGEN_WEIGHTS_NORMALFORMS_H

#include "codegen/weights/TokenizerBlob.h"
#include "codegen/weights/TokenizerKind.h"

#include <optional>

namespace weebill::weights {

/// Whether the normalization forms that the kind asks for are compatible ones, which are all or none; nothing if it
/// asks for none.
std::optional<bool> formOf(const TokenizerKind &kind);

/// What brings a text to form KC (`compatible`) or C, for tokenizers that need it.
void addNormalForm(bool compatible, TokenizerBlob &blob, TokenizerHeader &header);

} // namespace weebill::weights

#endif // WEEBILL_CODEGEN_WEIGHTS_NORMALFORMS_H
