//===- Template.h - Text with named holes ------------------------*- C++ -*-===//
//
// Emitted code that is the same for every model but for some numbers is written as it will be read, with $names in it.
// Tested by tests/unit/codegen/emit/TemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_EMIT_TEMPLATE_H
#define WEEBILL_CODEGEN_EMIT_TEMPLATE_H

#include <map>
#include <string>
#include <string_view>

namespace weebill::emit {

/// What stands for each name. Numbers are given as std::to_string.
using Values = std::map<std::string, std::string, std::less<>>;

/// `text` with every `$name` replaced. Throws std::logic_error for a name without a value: a hole must not reach the
/// emitted file.
std::string fill(std::string_view text, const Values &values);

/// `text` with `spaces` spaces before every line that is not empty.
std::string indent(std::string_view text, int spaces);

/// Every line of `text` that is longer than 120 columns broken at a good place, keeping its indentation.
std::string wrapped(std::string_view text);

/// A ruler: "// ----- title ---", 79 columns wide, with an empty line after it.
std::string ruler(std::string_view title);

/// `text` as comment lines of at most 100 columns, broken at spaces.
std::string comment(std::string_view text);

/// `text` as a C++ string literal: printable ASCII as it is, anything else as octal escapes.
std::string stringLiteral(std::string_view text);

/// The same for a text that may be long: literals of less than 100 columns that the compiler joins, cut behind spaces.
std::string longLiteral(std::string_view text);

} // namespace weebill::emit

#endif // WEEBILL_CODEGEN_EMIT_TEMPLATE_H
