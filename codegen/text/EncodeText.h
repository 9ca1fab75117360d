//===- EncodeText.h - A text's tokens, at build time -------------*- C++ -*-===//
//
// By the headers that emitted programs carry. Tested by tests/emitted/test_system_prompt.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_TEXT_ENCODETEXT_H
#define WEEBILL_CODEGEN_TEXT_ENCODETEXT_H

#include "codegen/weights/TokenizerKind.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weebill::text {

/// `tables`: what buildTokenizerTables made. Texts of special tokens stand for them. Throws std::invalid_argument for a
/// text that the tokenizer cannot read.
std::vector<int32_t> encodeText(const weights::TokenizerKind &kind, const std::vector<uint8_t> &tables,
                                std::string_view text);

/// Without the white space around it, as templates mean it.
std::string stripped(std::string_view text);

} // namespace weebill::text

#endif // WEEBILL_CODEGEN_TEXT_ENCODETEXT_H
