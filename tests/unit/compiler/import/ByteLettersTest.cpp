// GPT-2's letters for bytes: all of them, each once, and texts that are none.

#include "compiler/import/gguf/ByteLetters.h"

#include <gtest/gtest.h>
#include <set>

namespace weebill::tests {
namespace {

TEST(ByteLettersTest, LettersAreAllBytes) {
  // GPT-2's alphabet: printable Latin-1 is itself, the rest follows from U+0100 in order.
  std::set<std::string> seen;
  int next = 0x100;
  for (int byte = 0; byte < 256; ++byte) {
    const bool printable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte != 0xad);
    const int letter = printable ? byte : next++;
    const std::string text = letter < 0x80 ? std::string(1, char(letter))
                                           : std::string{char(0xc0 | letter >> 6), char(0x80 | (letter & 63))};
    ASSERT_EQ(gguf::bytesOfLetters(text), std::string(1, char(byte))) << byte;
    seen.insert(text);
  }
  EXPECT_EQ(seen.size(), 256u);
  EXPECT_EQ(next, 0x144);
  EXPECT_EQ(gguf::bytesOfLetters("x\xc4\xa0y"), "x y");
  for (const char *wrong : {" ", "\xc5\x84", "\xe2\x82\xac", "\xc4", "\x80", "\xc0\xa1", "\x7f", "\xc2\xad"})
    EXPECT_EQ(gguf::bytesOfLetters(wrong), std::nullopt) << wrong;
}

} // namespace
} // namespace weebill::tests
