// A file's own words, before they reach a terminal.

#include "compiler/import/Refuse.h"

#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

TEST(RefuseTest, QuotedIsPrintableAndShort) {
  EXPECT_EQ(weebill::importer::quoted("a b"), "'a b'");
  EXPECT_EQ(weebill::importer::quoted(std::string("\x1b[31m\n\0\x7f\xff", 9)), "'\\x1b[31m\\x0a\\x00\\x7f\\xff'");
  EXPECT_EQ(weebill::importer::quoted(std::string(81, 'x')), "'" + std::string(80, 'x') + "'...");
}

TEST(RefuseTest, ASingleLineKeepsTextAndNothingElse) {
  EXPECT_EQ(importer::singleLine("SmolLM 谢谢 é 🐦"), "SmolLM 谢谢 é 🐦");
  EXPECT_EQ(importer::singleLine("a\nb\x1b[1m\x7f"), "a?b?[1m?");
  EXPECT_EQ(importer::singleLine("\xc2\x9b"), "??") << "a terminal's escape in two bytes";
  EXPECT_EQ(importer::singleLine("\xc2"), "?");
  EXPECT_EQ(importer::singleLine("\xe4\xbd"), "??");
  EXPECT_EQ(importer::singleLine("\xed\xa0\x80"), "???") << "half a surrogate pair";
  EXPECT_EQ(importer::singleLine("\xf0\x82\x82\xac"), "????") << "overlong";
  EXPECT_EQ(importer::singleLine("\xf5\x80\x80\x80"), "????") << "beyond the last character";
  EXPECT_EQ(importer::singleLine(std::string(200, 'x')), std::string(200, 'x'));
  EXPECT_EQ(importer::singleLine(std::string(199, 'x') + "é"), std::string(199, 'x') + "...");
}

} // namespace
} // namespace weebill::tests
