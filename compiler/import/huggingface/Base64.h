//===- Base64.h - Bytes in JSON ----------------------------------*- C++ -*-===//
//
// RFC 4648, section 4, as the package `tokenizers` writes it. Tested by
// tests/unit/compiler/import/CharacterMapTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_BASE64_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_BASE64_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weebill::huggingface {

/// The bytes, or nothing if that is no Base64.
inline std::optional<std::string> bytesOfBase64(std::string_view text) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (text.size() % 4 != 0)
    return std::nullopt;
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding)
    text.remove_suffix(1);
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  uint32_t bits = 0;
  int count = 0; // of bits that are not written yet
  for (char letter : text) {
    const size_t digit = kDigits.find(letter);
    if (digit == kDigits.npos)
      return std::nullopt;
    bits = bits << 6 | uint32_t(digit);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push_back(char(bits >> count & 0xff));
    }
  }
  return bytes;
}

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_BASE64_H
