//===- ByteLetters.h - GPT-2's alphabet for bytes ----------------*- C++ -*-===//
//
// Byte-level BPE writes every byte as one printable letter, so that vocabularies are text: a space is U+0120. Tested by
// tests/unit/compiler/import/ByteLettersTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_GGUF_BYTELETTERS_H
#define WEEBILL_COMPILER_IMPORT_GGUF_BYTELETTERS_H

#include <optional>
#include <string>
#include <string_view>

namespace weebill::gguf {

/// The bytes that letters (UTF-8) stand for; nothing if one of them is no byte's letter, or the text is not UTF-8.
std::optional<std::string> bytesOfLetters(std::string_view letters);

} // namespace weebill::gguf

#endif // WEEBILL_COMPILER_IMPORT_GGUF_BYTELETTERS_H
