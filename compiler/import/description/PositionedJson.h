//===- PositionedJson.h - JSON values that know their place ------*- C++ -*-===//
//
// nlohmann's parser with the line and column of every value and key, for errors about what a value says. Tested by
// tests/unit/compiler/import/PositionedJsonTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_DESCRIPTION_POSITIONEDJSON_H
#define WEEBILL_COMPILER_IMPORT_DESCRIPTION_POSITIONEDJSON_H

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weebill::description {

/// Counted from 1; columns in bytes.
struct JsonPlace {
  int64_t line = 1, column = 1;
};

struct JsonMember;

struct JsonValue {
  enum class Kind { Null, Boolean, Integer, Real, Text, List, Object };

  Kind kind = Kind::Null;
  JsonPlace place;                 // of its first byte
  bool boolean = false;            // Boolean
  int64_t integer = 0;             // Integer: written without point or exponent, fits
  double real = 0;                 // Integer and Real
  std::string text;                // Text; a Real as it is written
  std::vector<JsonValue> items;    // List
  std::vector<JsonMember> members; // Object, in the order of the text, no key twice
};

struct JsonMember {
  std::string key;
  JsonPlace place; // of the key
  JsonValue value;
};

/// "a number", "an object", ...: what a value is.
std::string valueText(const JsonValue &value);

/// Throws InputError "path:line:column: what".
[[noreturn]] void refuseAt(const std::string &path, JsonPlace place, const std::string &what);

/// Reads a whole text. Throws InputError with the place of what is wrong: syntax, a key that stands twice, values
/// inside each other more than 16 deep.
JsonValue readPositionedJson(const std::string &path, std::string_view text);

} // namespace weebill::description

#endif // WEEBILL_COMPILER_IMPORT_DESCRIPTION_POSITIONEDJSON_H
