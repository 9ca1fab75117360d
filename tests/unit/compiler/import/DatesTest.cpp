// The day that strftime_now prints: as Python's strftime does.

#include "compiler/import/chat/Operations.h"

#include <gtest/gtest.h>

namespace weebill::chat {
namespace {

std::string format(const std::string &date, const std::string &how) {
  Progress progress;
  progress.date = date;
  return formatDate(progress, how);
}

TEST(DatesTest, Parts) {
  EXPECT_EQ(format("2024-07-09", "%d %b %Y|%A, %B %e|%-d.%-m.%y|%j %a %F|%H:%M:%S %I %p %%"),
            "09 Jul 2024|Tuesday, July  9|9.7.24|191 Tue 2024-07-09|00:00:00 12 AM %");
  EXPECT_EQ(format("2023-12-31", "%j %A"), "365 Sunday");
  EXPECT_THROW(format("2024-07-09", "%Z"), TemplateError);
  EXPECT_THROW(format("2024-07-09", "%"), TemplateError);
}

TEST(DatesTest, DaysOfTheCalendar) {
  for (const char *day : {"2024-02-29", "2026-11-26", "0001-01-01"})
    EXPECT_TRUE(isDate(day)) << day;
  for (const char *none :
       {"", "2023-02-29", "2024-13-01", "2024-1-1", "26-11-2026", "2024-07-0x", "2024/07/09", "0000-01-01"})
    EXPECT_FALSE(isDate(none)) << none;
}

} // namespace
} // namespace weebill::chat
