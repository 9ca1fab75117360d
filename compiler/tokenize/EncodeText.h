//===- EncodeText.h - Text as a model's tokens -------------------*- C++ -*-===//
//
// The emitted programs' own tokenizer, in the compiler. Tested by tests/unit/compiler/tokenize/EncodeTextTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_TOKENIZE_ENCODETEXT_H
#define WEEBILL_COMPILER_TOKENIZE_ENCODETEXT_H

#include "codegen/weights/TokenizerKind.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace weebill::tokenize {

/// `section` is the tokenizer's, as the weights file has it. Throws std::runtime_error for text that it cannot encode.
std::vector<int32_t> encodeText(const weights::TokenizerKind &kind, const std::vector<uint8_t> &section,
                                std::string_view text);

} // namespace weebill::tokenize

#endif // WEEBILL_COMPILER_TOKENIZE_ENCODETEXT_H
