//===- TextMethods.cpp - Methods of texts that templates seldom use -------===//
//
// What Python's str has beside what Methods.cpp has. Tested by tests/unit/compiler/import/ChatTemplateTest.cpp and
// tests/python/test_chat_templates.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/Operations.h"
#include "compiler/import/chat/TextOperations.h"
#include "compiler/import/chat/WhiteSpace.h"

#include <algorithm>
#include <set>

namespace weebill::chat {

using Kind = Value::Kind;

namespace {

std::string whatOf(const std::string &name) { return "the method '" + name + "'"; }

const std::string &part(Progress &progress, const std::string &name, const Arguments &arguments) {
  if (arguments.positional.empty() || !arguments.positional[0].is(Kind::Text) || arguments.positional[0].text.empty())
    progress.fail(whatOf(name) + " without a text that is not empty is not supported");
  return arguments.positional[0].text;
}

/// find, rfind, index, rindex, count: positions in characters.
Value search(Progress &progress, const std::string &text, const std::string &name, const Arguments &arguments) {
  checkArguments(progress, whatOf(name), arguments, 1, 1);
  const std::string &wanted = part(progress, name, arguments);
  progress.charge(text.size() / 16);
  if (name == "count")
    return Value::number(int64_t(splitAt(text, wanted).size()) - 1);
  const size_t found = name.starts_with('r') ? text.rfind(wanted) : text.find(wanted);
  if (found == text.npos && name.ends_with("index"))
    progress.fail(whatOf(name) + " finds nothing");
  return Value::number(found == text.npos ? -1 : int64_t(charactersOf(text.substr(0, found)).size()));
}

/// center, ljust, rjust, zfill.
Value widen(Progress &progress, const std::string &text, const std::string &name, const Arguments &arguments) {
  checkArguments(progress, whatOf(name), arguments, 1, name == "zfill" ? 1 : 2);
  constexpr int64_t kWidest = 4096;
  const Value &width = arguments.positional[0];
  const std::string fill = name == "zfill" ? "0" : arguments.positional.size() > 1 ? arguments.positional[1].text : " ";
  if (!width.is(Kind::Integer) || width.integer > kWidest || fill.size() != 1)
    progress.fail(whatOf(name) + " with a width that is no small number, or several letters, is not supported");
  const int64_t length = int64_t(charactersOf(text).size()), missing = std::max<int64_t>(width.integer - length, 0);
  // Python puts the odd one on the left of a text of even width.
  const int64_t left = name == "ljust" ? 0 : name == "center" ? missing / 2 + (missing & width.integer & 1) : missing;
  const bool hasSign = name == "zfill" && (text.starts_with('-') || text.starts_with('+'));
  return progress.text((hasSign ? text.substr(0, 1) : "") + std::string(size_t(left), fill[0]) +
                       text.substr(hasSign ? 1 : 0) + std::string(size_t(missing - left), fill[0]));
}

bool isUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool isLower(char c) { return c >= 'a' && c <= 'z'; }
bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c) { return isUpper(c) || isLower(c); }

/// isdigit and the like.
Value isAll(Progress &progress, const std::string &text, const std::string &name, const Arguments &arguments) {
  checkArguments(progress, whatOf(name), arguments, 0, 0);
  if (name == "isascii")
    return Value::boolean(isAscii(text));
  if (name == "isspace")
    return Value::boolean(!text.empty() && isBlank(text));
  if (!isAscii(text))
    progress.fail(whatOf(name) + " of letters outside ASCII is not supported");
  const auto all = [&](bool (*is)(char)) {
    return Value::boolean(!text.empty() && std::all_of(text.begin(), text.end(), is));
  };
  if (name == "isdigit" || name == "isdecimal" || name == "isnumeric")
    return all(isDigit);
  if (name == "isalpha")
    return all(isLetter);
  if (name == "isalnum")
    return all([](char c) { return isLetter(c) || isDigit(c); });
  const bool any = std::any_of(text.begin(), text.end(), isLetter);
  return Value::boolean(any && text == (name == "isupper" ? upperCase(text) : lowerCase(text)));
}

Value swapCase(Progress &progress, const std::string &text, const std::string &name, const Arguments &arguments) {
  checkArguments(progress, whatOf(name), arguments, 0, 0);
  return changeCase(progress, Value::string(text), [](std::string_view letters) {
    std::string swapped(letters);
    for (char &c : swapped)
      c = isLetter(c) ? char(c ^ 0x20) : c;
    return swapped;
  });
}

Value foldCase(Progress &progress, const std::string &text, const std::string &name, const Arguments &arguments) {
  checkArguments(progress, whatOf(name), arguments, 0, 0);
  return changeCase(progress, Value::string(text), lowerCase);
}

/// At every line end that Python knows.
Value splitLines(Progress &progress, const std::string &text, const std::string &name, const Arguments &arguments) {
  checkArguments(progress, whatOf(name), arguments, 0, 1, {"keepends"});
  const Value *keeps = findArgument(arguments, 0, "keepends");
  progress.charge(text.size() / 16);
  List lines;
  for (std::string &line : linesOf(text, keeps && keeps->isTrue()))
    lines.push_back(Value::string(std::move(line)));
  progress.charge(lines.size());
  return Value::listOf(std::move(lines));
}

/// split from the right.
Value splitRight(Progress &progress, const std::string &text, const std::string &name, const Arguments &arguments) {
  checkArguments(progress, whatOf(name), arguments, 0, 2, {"sep", "maxsplit"});
  const Value *separator = findArgument(arguments, 0, "sep"), *most = findArgument(arguments, 1, "maxsplit");
  if (!most || (most->is(Kind::Integer) && most->integer < 0)) {
    Arguments same;
    if (separator)
      same.positional.push_back(*separator);
    return callMethod(progress, Value::string(text), "split", same);
  }
  if (!separator || !separator->is(Kind::Text) || separator->text.empty() || !most->isNumber())
    progress.fail(whatOf(name) + " with 'maxsplit' and no separator is not supported");
  List parts;
  std::string left = text;
  for (int64_t count = 0; count < most->integer; ++count) {
    const size_t found = left.rfind(separator->text);
    progress.charge(1 + left.size() / 16);
    if (found == left.npos)
      break;
    parts.insert(parts.begin(), Value::string(left.substr(found + separator->text.size())));
    left.resize(found);
  }
  parts.insert(parts.begin(), Value::string(left));
  return Value::listOf(std::move(parts));
}

} // namespace

bool isTextMethod(const std::string &name) {
  static const std::set<std::string> names = {
      "capitalize", "casefold",     "center",       "count",   "encode",     "endswith",    "expandtabs",
      "find",       "format",       "format_map",   "index",   "isalnum",    "isalpha",     "isascii",
      "isdecimal",  "isdigit",      "isidentifier", "islower", "isnumeric",  "isprintable", "isspace",
      "istitle",    "isupper",      "join",         "ljust",   "lower",      "lstrip",      "maketrans",
      "partition",  "removeprefix", "removesuffix", "replace", "rfind",      "rindex",      "rjust",
      "rpartition", "rsplit",       "rstrip",       "split",   "splitlines", "startswith",  "strip",
      "swapcase",   "title",        "translate",    "upper",   "zfill"};
  return names.contains(name);
}

const TextMethodTable &textMethods() {
  static const TextMethodTable table = {
      {"find", search},           {"rfind", search},      {"index", search},      {"rindex", search},
      {"count", search},          {"center", widen},      {"ljust", widen},       {"rjust", widen},
      {"zfill", widen},           {"isascii", isAll},     {"isdigit", isAll},     {"isdecimal", isAll},
      {"isnumeric", isAll},       {"isalpha", isAll},     {"isalnum", isAll},     {"isspace", isAll},
      {"isupper", isAll},         {"islower", isAll},     {"swapcase", swapCase}, {"casefold", foldCase},
      {"splitlines", splitLines}, {"rsplit", splitRight},
  };
  return table;
}

} // namespace weebill::chat
