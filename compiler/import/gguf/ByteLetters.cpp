//===- ByteLetters.cpp - GPT-2's alphabet for bytes -----------------------===//
//
// Tested by tests/unit/compiler/import/ByteLettersTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/gguf/ByteLetters.h"

#include <array>
#include <cstdint>

namespace weebill::gguf {

namespace {

constexpr int kLetters = 0x144; // one above the last letter used, U+0143

/// The byte of each letter, -1 for none: printable Latin-1 stands for itself, the other 68 bytes take U+0100, U+0101
/// ... in order.
std::array<int16_t, kLetters> makeByteOfLetter() {
  std::array<int16_t, kLetters> byteOf;
  byteOf.fill(-1);
  int next = 0x100;
  for (int byte = 0; byte < 256; ++byte) {
    const bool printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    byteOf[size_t(printable ? byte : next++)] = int16_t(byte);
  }
  return byteOf;
}

} // namespace

std::optional<std::string> bytesOfLetters(std::string_view letters) {
  static const std::array<int16_t, kLetters> byteOf = makeByteOfLetter();
  std::string bytes;
  for (size_t i = 0; i < letters.size(); ++i) {
    uint32_t letter = uint8_t(letters[i]);
    if (letter >= 0x80) { // every letter is below U+0800: two bytes
      if ((letter & 0xe0) != 0xc0 || i + 1 == letters.size() || (uint8_t(letters[i + 1]) & 0xc0) != 0x80)
        return std::nullopt;
      letter = (letter & 0x1f) << 6 | (uint8_t(letters[++i]) & 0x3f);
      if (letter < 0x80) // overlong
        return std::nullopt;
    }
    if (letter >= kLetters || byteOf[letter] < 0)
      return std::nullopt;
    bytes += char(byteOf[letter]);
  }
  return bytes;
}

} // namespace weebill::gguf
