//===- Dates.cpp - The date of the build as text --------------------------===//
//
// Tested by tests/unit/compiler/import/DatesTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/Operations.h"

#include <chrono>
#include <cstdio>

namespace weebill::chat {

namespace {

constexpr const char *kDays[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
constexpr const char *kMonths[] = {"January", "February", "March",     "April",   "May",      "June",
                                   "July",    "August",   "September", "October", "November", "December"};

std::chrono::year_month_day parse(const std::string &text) {
  const auto number = [&](size_t first, size_t count) {
    int value = 0;
    for (char digit : text.substr(first, count))
      value = digit >= '0' && digit <= '9' ? value * 10 + (digit - '0') : -100000;
    return value;
  };
  if (text.size() != 10 || text[4] != '-' || text[7] != '-')
    return {};
  const int year = number(0, 4), month = number(5, 2), day = number(8, 2);
  if (year < 1 || month < 1 || day < 1)
    return {};
  return {std::chrono::year(year), std::chrono::month(unsigned(month)), std::chrono::day(unsigned(day))};
}

std::string padded(int number, int digits) {
  char text[16];
  std::snprintf(text, sizeof text, "%0*d", digits, number);
  return text;
}

} // namespace

bool isDate(const std::string &text) { return parse(text).ok(); }

std::string formatDate(Progress &progress, const std::string &format) {
  const std::chrono::year_month_day date = parse(progress.date);
  const int year = int(date.year()), month = int(unsigned(date.month())), day = int(unsigned(date.day()));
  const int weekday = int(std::chrono::weekday(date).c_encoding());
  const auto inYear = std::chrono::sys_days(date) - std::chrono::sys_days(date.year() / 1 / 1);
  std::string text;
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      text += format[i];
      continue;
    }
    const bool plain = i + 1 < format.size() && format[i + 1] == '-'; // without a zero before it
    i += plain ? 2 : 1;
    const char what = i < format.size() ? format[i] : ' ';
    const auto number = [&](int value, int digits) { return padded(value, plain ? 1 : digits); };
    switch (what) {
    case 'Y':
      text += std::to_string(year);
      break;
    case 'y':
      text += number(year % 100, 2);
      break;
    case 'm':
      text += number(month, 2);
      break;
    case 'd':
      text += number(day, 2);
      break;
    case 'e':
      text += (day < 10 && !plain ? " " : "") + std::to_string(day);
      break;
    case 'j':
      text += number(int(inYear.count()) + 1, 3);
      break;
    case 'B':
      text += kMonths[month - 1];
      break;
    case 'b':
    case 'h':
      text += std::string(kMonths[month - 1]).substr(0, 3);
      break;
    case 'A':
      text += kDays[weekday];
      break;
    case 'a':
      text += std::string(kDays[weekday]).substr(0, 3);
      break;
    case 'F':
      text += progress.date;
      break;
    case 'H':
    case 'M':
    case 'S':
      text += number(0, 2); // at midnight
      break;
    case 'I':
      text += number(12, 2);
      break;
    case 'p':
      text += "AM";
      break;
    case '%':
      text += '%';
      break;
    default:
      progress.fail("the date's part '%" + std::string(plain ? "-" : "") + what + "' is not supported");
    }
  }
  return text;
}

} // namespace weebill::chat
