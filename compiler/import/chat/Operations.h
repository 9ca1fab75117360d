//===- Operations.h - What chat templates do with values ---------*- C++ -*-===//
//
// Operators, filters, tests, methods and functions, each group in a file of its own. Whatever is not there ends the
// evaluation with an error that names it; nothing is guessed. Tested by tests/unit/compiler/import/ChatTemplateTest.cpp
// and tests/python/test_chat_templates.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_CHAT_OPERATIONS_H
#define WEEBILL_COMPILER_IMPORT_CHAT_OPERATIONS_H

#include "compiler/import/chat/TemplateError.h"
#include "compiler/import/chat/Value.h"

#include <map>
#include <optional>

namespace weebill::chat {

/// Where the evaluation is and how much work is left: a template is a program, and a hostile one must end.
class Progress {
public:
  int line = 1;
  std::string date; // "2026-11-26", for strftime_now; empty: there is none

  [[noreturn]] void fail(const std::string &what) const { throw TemplateError(line, what); }
  void charge(size_t work) {
    if (work > left)
      fail("the template does more work than a chat template needs");
    left -= work;
  }
  /// A text that was made; its size is work.
  Value text(std::string text) {
    constexpr size_t kLongest = 1 << 16;
    if (text.size() > kLongest)
      fail("a text grows beyond " + std::to_string(kLongest) + " bytes");
    charge(text.size() / 16);
    return Value::string(std::move(text));
  }

private:
  size_t left = 200'000;
};

/// Gives the date of the build to templates.
inline constexpr const char *kDateFunction = "strftime_now";

struct Arguments {
  List positional;
  Dictionary named;
};

/// The argument at `index` or of that name, or nullptr. It points into `arguments`, which therefore are no temporary.
const Value *findArgument(const Arguments &arguments, size_t index, const std::string &name);
const Value *findArgument(Arguments &&, size_t, const std::string &) = delete;
/// The argument of that name, which has no place among the others, or nullptr.
const Value *findNamed(const Arguments &arguments, const std::string &name);
const Value *findNamed(Arguments &&, const std::string &) = delete;
/// Fails unless there are between `least` and `most` positional arguments and no named ones but `names`.
void checkArguments(Progress &progress, const std::string &what, const Arguments &arguments, size_t least, size_t most,
                    const std::vector<std::string> &names = {});

// Dates.cpp
/// datetime(date).strftime(format), at midnight.
std::string formatDate(Progress &progress, const std::string &format);
/// Whether it is a day of the calendar, as "2026-11-26".
bool isDate(const std::string &text);

/// str(value); fails for lists and the like, whose Python form no template needs.
std::string textOf(Progress &progress, const Value &value);
/// What a loop walks over.
List itemsOf(Progress &progress, const Value &value);

// Powers.cpp
/// base ** exponent.
Value power(Progress &progress, const Value &base, const Value &exponent);

// Operators.cpp
Value applyBinary(Progress &progress, const std::string &symbol, const Value &left, const Value &right);
bool applyComparison(Progress &progress, const std::string &symbol, const Value &left, const Value &right);
/// left in right.
bool contains(Progress &progress, const Value &right, const Value &left);

// Subscripts.cpp
Value getAttribute(Progress &progress, const Value &base, const std::string &name);
Value getItem(Progress &progress, const Value &base, const Value &index);
/// base[start:stop:step]; a missing part is none.
Value getSlice(Progress &progress, const Value &base, const Value &start, const Value &stop, const Value &step);

// Attributes.cpp
/// What filters look at in an item: a name, a number, or a path of both with points between ("a.0.b").
class Attribute {
public:
  /// `given`: the argument of a filter; nullptr or none for the item itself.
  Attribute(Progress &progress, const Value *given);
  /// In place of what is undefined comes `otherwise`, if not nullptr.
  Value of(Progress &progress, const Value &item, const Value *otherwise = nullptr) const;

private:
  List path;
};
/// Where commas part several: what items are sorted by.
std::vector<Attribute> attributesOf(Progress &progress, const Value *given);

// Filters.cpp, TypeTests.cpp, Methods.cpp, Functions.cpp
using Filter = Value (*)(Progress &, const Value &, const Arguments &);
using FilterTable = std::map<std::string, Filter>;
/// Those that look into lists and dictionaries (ListFilters.cpp), order them (OrderFilters.cpp), make lists of lists
/// (GroupFilters.cpp) and numbers (NumberFilters.cpp).
const FilterTable &listFilters();
const FilterTable &orderFilters();
const FilterTable &groupFilters();
const FilterTable &numberFilters();
Value applyFilter(Progress &progress, const std::string &name, const Value &value, const Arguments &arguments);
bool applyTest(Progress &progress, const std::string &name, const Value &value, const Arguments &arguments);
/// Whether Python's str has a method of that name.
bool isTextMethod(const std::string &name);
Value callMethod(Progress &progress, const Value &object, const std::string &name, const Arguments &arguments);
Value callFunction(Progress &progress, const std::string &name, const Arguments &arguments);
using TextMethod = Value (*)(Progress &, const std::string &text, const std::string &name, const Arguments &);
using TextMethodTable = std::map<std::string, TextMethod>;
/// Methods of texts beside those of Methods.cpp (TextMethods.cpp).
const TextMethodTable &textMethods();
/// text % values: '%s', '%d' and '%%'.
Value formatPercent(Progress &progress, const std::string &text, const List &values);
/// str.format with fields that are numbers, names or nothing.
Value formatText(Progress &progress, const std::string &text, const Arguments &arguments);
/// A text in another case; of letters, ASCII's only.
Value changeCase(Progress &progress, const Value &value, std::string (*change)(std::string_view));
/// The functions that every template can see.
Dictionary builtInFunctions();

} // namespace weebill::chat

#endif // WEEBILL_COMPILER_IMPORT_CHAT_OPERATIONS_H
