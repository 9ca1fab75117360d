//===- HtmlTest.cpp - Escaping, numbers, tables ---------------------------===//

#include "codegen/report/Html.h"

#include <gtest/gtest.h>

using namespace weebill::report;

namespace {

const std::string kReplacement = "\xEF\xBF\xBD", kNarrowSpace = "\xE2\x80\xAF";

TEST(EscapedTest, LeavesNothingThatMarkupUnderstands) {
  EXPECT_EQ(escaped("<script>alert('a' & \"b\")</script>"),
            "&lt;script&gt;alert(&#39;a&#39; &amp; &quot;b&quot;)&lt;/script&gt;");
}

TEST(EscapedTest, KeepsTextOfAnyLanguage) {
  const std::string text = "na\xC3\xAFve \xE2\x86\x92 \xE6\xA8\xA1\xE5\x9E\x8B \xF0\x9F\x90\xA6\n\tend";
  EXPECT_EQ(escaped(text), text);
}

TEST(EscapedTest, ReplacesWhatIsNoCharacter) {
  EXPECT_EQ(escaped(std::string("a\0b", 3)), "a" + kReplacement + "b");
  EXPECT_EQ(escaped("\x1B[31m"), kReplacement + "[31m");
  EXPECT_EQ(escaped("\x7F"), kReplacement);
  EXPECT_EQ(escaped("\xC2\x85"), kReplacement + kReplacement) << "a control character of two bytes";
  EXPECT_EQ(escaped("\xEF\xBF\xBF"), kReplacement + kReplacement + kReplacement) << "U+FFFF is no character";
}

TEST(EscapedTest, ReplacesWhatIsNoUtf8) {
  EXPECT_EQ(escaped("\xFF"), kReplacement);
  EXPECT_EQ(escaped("a\xC3"), "a" + kReplacement) << "ends too early";
  EXPECT_EQ(escaped("\xC0\xBC"), kReplacement + kReplacement) << "'<' written longer than it is";
  EXPECT_EQ(escaped("\xED\xA0\x80"), kReplacement + kReplacement + kReplacement) << "half of a surrogate pair";
  EXPECT_EQ(escaped("\xF4\x90\x80\x80"), kReplacement + kReplacement + kReplacement + kReplacement) << "above U+10FFFF";
  EXPECT_EQ(escaped("\xC3<"), kReplacement + "&lt;") << "a broken sequence must not hide what follows";
}

TEST(NumbersTest, GroupsDigits) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1234567), "1" + kNarrowSpace + "234" + kNarrowSpace + "567");
  EXPECT_EQ(grouped(-123456), "-123" + kNarrowSpace + "456");
}

TEST(NumbersTest, ScalesWithThreeDigits) {
  EXPECT_EQ(scaled(768, "B"), "768" + kNarrowSpace + "B");
  EXPECT_EQ(scaled(3541824, "B"), "3.54" + kNarrowSpace + "MB");
  EXPECT_EQ(scaled(99960, "B"), "100" + kNarrowSpace + "kB") << "rounding makes it three digits before the point";
  EXPECT_EQ(scaled(999600, "B"), "1.00" + kNarrowSpace + "MB") << "and here a larger unit";
  EXPECT_EQ(scaled(2.5e19, "op"), "25000" + kNarrowSpace + "Pop") << "there is no larger unit";
}

TEST(NumbersTest, NamesCachesInPowersOfTwo) {
  EXPECT_EQ(binaryBytes(48 << 10), "48" + kNarrowSpace + "KiB");
  EXPECT_EQ(binaryBytes(2 << 20), "2" + kNarrowSpace + "MiB");
  EXPECT_EQ(binaryBytes(5 << 18), "1.25" + kNarrowSpace + "MiB");
}

TEST(NumbersTest, NamesDurations) {
  EXPECT_EQ(duration(1.5), "1.50" + kNarrowSpace + "s");
  EXPECT_EQ(duration(0.0123), "12.3" + kNarrowSpace + "ms");
  EXPECT_EQ(duration(0.00099996), "1.00" + kNarrowSpace + "ms") << "never 1000 of the smaller unit";
  EXPECT_EQ(duration(58e-9), "58.0" + kNarrowSpace + "ns");
}

TEST(TableTest, PutsNumbersToTheRight) {
  Table table({"Name", ">Bytes"});
  table.add({"qkv", ">12"}, "row");
  EXPECT_EQ(table.html(),
            "<div class=\"wide\"><table>\n<thead><tr><th>Name</th><th class=\"n\">Bytes</th></tr></thead>\n"
            "<tbody>\n<tr class=\"row\"><td>qkv</td><td class=\"n\">12</td></tr>\n</tbody></table></div>\n");
}

} // namespace
