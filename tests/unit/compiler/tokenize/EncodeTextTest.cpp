//===- EncodeTextTest.cpp -------------------------------------------------===//
//
// The compiler cuts text as the emitted program does, of which tests/unit/runtime/TokenizerTest.cpp says more.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenize/EncodeText.h"

#include "codegen/weights/TokenizerTables.h"

#include <gtest/gtest.h>

using namespace weebill;

namespace {

weights::TokenizerSource letters() {
  weights::TokenizerSource source;
  source.kind.pieces = weights::TokenizerKind::Pieces::Smollm;
  source.bytes.assign(256, -1);
  for (int byte = 0; byte < 256; ++byte) {
    source.tokens.push_back(std::string{char(byte)});
    source.bytes[size_t(byte)] = byte;
  }
  for (const char *text : {"ab", "<x>"})
    source.tokens.push_back(text);
  source.special.assign(source.tokens.size(), false);
  source.added = {{257, "<x>"}};
  source.merges = {{'a', 'b', 256, 0}};
  return source;
}

TEST(EncodeTextTest, TextBecomesTokens) {
  const weights::TokenizerSource source = letters();
  const std::vector<uint8_t> section = weights::buildTokenizerTables(source);
  EXPECT_EQ(tokenize::encodeText(source.kind, section, "cab<x>b"), (std::vector<int32_t>{'c', 256, 257, 'b'}));
  EXPECT_EQ(tokenize::encodeText(source.kind, section, ""), std::vector<int32_t>{});
}

TEST(EncodeTextTest, DamagedTablesAreRefused) {
  const weights::TokenizerSource source = letters();
  std::vector<uint8_t> section = weights::buildTokenizerTables(source);
  section[0] ^= 1;
  EXPECT_THROW(tokenize::encodeText(source.kind, section, "a"), std::runtime_error);
}

} // namespace
