//===- NormalForms.h - Tables of Unicode's normalization forms ---*- C++ -*-===//
//
// Tested by tests/emitted/test_tokenizer_families.py against the `tokenizers` package.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_WEIGHTS_NORMALFORMS_H
#define WEEBILL_CODEGEN_WEIGHTS_NORMALFORMS_H

#include "codegen/weights/TokenizerBlob.h"

namespace weebill::weights {

/// What brings a text to form KC (`compatible`) or C, for tokenizers that need it.
void addNormalForm(bool compatible, TokenizerBlob &blob, TokenizerHeader &header);

} // namespace weebill::weights

#endif // WEEBILL_CODEGEN_WEIGHTS_NORMALFORMS_H
