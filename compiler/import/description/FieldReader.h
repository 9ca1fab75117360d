//===- FieldReader.h - Checked fields of a JSON object -----------*- C++ -*-===//
//
// Every value is asked for with its range, every complaint has the place of the value. Tested by
// tests/unit/compiler/import/ReadDescriptionTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_DESCRIPTION_FIELDREADER_H
#define WEEBILL_COMPILER_IMPORT_DESCRIPTION_FIELDREADER_H

#include "compiler/import/description/PositionedJson.h"

#include <optional>

namespace weebill::description {

class FieldReader {
public:
  /// `what` names the object in complaints. Refuses another kind of value, and fields that are not in `known`.
  FieldReader(const std::string &path, const JsonValue &object, const std::string &what,
              const std::vector<std::string> &known);

  const std::string &path() const { return file; }
  /// nullptr if the field is not there.
  const JsonMember *find(const std::string &name) const;
  /// Refuses if the field is not there.
  const JsonMember &required(const std::string &name) const;

  // The value of a field, inclusive ranges; without a default the field is required.
  int64_t integer(const std::string &name, int64_t least, int64_t most, std::optional<int64_t> otherwise = {}) const;
  double real(const std::string &name, double least, double most, double otherwise) const;
  bool boolean(const std::string &name, bool otherwise) const; // 0 and 1 as well
  std::string text(const std::string &name, size_t longest, std::optional<std::string> otherwise = {}) const;

  /// An integer that is not a field of its own; `what` names it.
  int64_t integer(const std::string &what, const JsonValue &value, int64_t least, int64_t most) const;
  /// A number likewise.
  double real(const std::string &what, const JsonValue &value, double least, double most) const;

  [[noreturn]] void refuse(JsonPlace place, const std::string &complaint) const { refuseAt(file, place, complaint); }

private:
  const std::string &file;
  const JsonValue &object;
  std::string what;
};

} // namespace weebill::description

#endif // WEEBILL_COMPILER_IMPORT_DESCRIPTION_FIELDREADER_H
