//===- FieldReader.cpp - Checked fields of a JSON object ------------------===//
//
// Tested by tests/unit/compiler/import/ReadDescriptionTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/description/FieldReader.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/description/ClosestName.h"

#include <algorithm>
#include <sstream>

namespace weebill::description {

namespace {

std::string numberText(double number) {
  std::ostringstream text;
  text << number;
  return text.str();
}

} // namespace

FieldReader::FieldReader(const std::string &path, const JsonValue &object, const std::string &what,
                         const std::vector<std::string> &known)
    : file(path), object(object), what(what) {
  if (object.kind != JsonValue::Kind::Object)
    refuse(object.place, what + " is " + valueText(object) + ", but must be an object");
  for (const JsonMember &member : object.members)
    if (std::find(known.begin(), known.end(), member.key) == known.end())
      refuse(member.place, importer::quoted(member.key) + " is no field of " + what + suggestion(member.key, known));
}

const JsonMember *FieldReader::find(const std::string &name) const {
  const auto found = std::find_if(object.members.begin(), object.members.end(),
                                  [&](const JsonMember &member) { return member.key == name; });
  return found == object.members.end() ? nullptr : &*found;
}

const JsonMember &FieldReader::required(const std::string &name) const {
  const JsonMember *member = find(name);
  if (!member)
    refuse(object.place, what + " needs the field " + importer::quoted(name));
  return *member;
}

int64_t FieldReader::integer(const std::string &name, int64_t least, int64_t most,
                             std::optional<int64_t> otherwise) const {
  if (otherwise && !find(name))
    return *otherwise;
  return integer(importer::quoted(name), required(name).value, least, most);
}

int64_t FieldReader::integer(const std::string &name, const JsonValue &value, int64_t least, int64_t most) const {
  if (value.kind != JsonValue::Kind::Integer || value.integer < least || value.integer > most)
    refuse(value.place,
           name + " is " + valueText(value) + ", but must be " +
               (least == most ? std::to_string(least)
                              : "an integer from " + std::to_string(least) + " to " + std::to_string(most)));
  return value.integer;
}

double FieldReader::real(const std::string &name, double least, double most, double otherwise) const {
  const JsonMember *member = find(name);
  return member ? real(importer::quoted(name), member->value, least, most) : otherwise;
}

double FieldReader::real(const std::string &name, const JsonValue &value, double least, double most) const {
  const bool number = value.kind == JsonValue::Kind::Integer || value.kind == JsonValue::Kind::Real;
  if (!number || !(value.real >= least && value.real <= most))
    refuse(value.place, name + " is " + valueText(value) + ", but must be a number from " + numberText(least) + " to " +
                            numberText(most));
  return value.real;
}

bool FieldReader::boolean(const std::string &name, bool otherwise) const {
  const JsonMember *member = find(name);
  if (!member)
    return otherwise;
  if (member->value.kind == JsonValue::Kind::Integer && (member->value.integer == 0 || member->value.integer == 1))
    return member->value.integer == 1;
  if (member->value.kind != JsonValue::Kind::Boolean)
    refuse(member->value.place,
           importer::quoted(name) + " is " + valueText(member->value) + ", but must be true or false");
  return member->value.boolean;
}

std::string FieldReader::text(const std::string &name, size_t longest, std::optional<std::string> otherwise) const {
  if (otherwise && !find(name))
    return *otherwise;
  const JsonValue &value = required(name).value;
  if (value.kind != JsonValue::Kind::Text || value.text.empty() || value.text.size() > longest)
    refuse(value.place, importer::quoted(name) + " is " + valueText(value) + ", but must be a text of 1 to " +
                            std::to_string(longest) + " bytes");
  return value.text;
}

} // namespace weebill::description
