//===- ConfigFields.cpp - Fields that several families read ---------------===//
//
// Tested by tests/unit/compiler/import/FamilyConfigTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/families/ConfigFields.h"

#include "compiler/import/Refuse.h"

#include <algorithm>

namespace weebill::families {

void refuseTrue(const description::FieldReader &fields, const char *name, const std::string &what) {
  if (fields.boolean(name, false))
    fields.refuse(fields.required(name).value.place, importer::quoted(name) + " is true, " + what);
}

const description::JsonValue *findList(const description::FieldReader &fields, const char *name) {
  const description::JsonMember *member = fields.find(name);
  if (!member)
    return nullptr;
  if (member->value.kind != description::JsonValue::Kind::List)
    fields.refuse(member->value.place,
                  importer::quoted(name) + " is " + description::valueText(member->value) + ", but must be a list");
  return &member->value;
}

std::vector<std::string> readLayerTypes(const description::FieldReader &fields,
                                        const std::vector<std::string> &accepted) {
  const description::JsonValue *list = findList(fields, "layer_types");
  if (!list)
    return {};
  std::vector<std::string> types;
  for (const description::JsonValue &entry : list->items) {
    const bool known = entry.kind == description::JsonValue::Kind::Text &&
                       std::find(accepted.begin(), accepted.end(), entry.text) != accepted.end();
    if (!known)
      fields.refuse(entry.place,
                    "an entry of 'layer_types' is " + description::valueText(entry) + ", which is not supported");
    types.push_back(entry.text);
  }
  return types;
}

} // namespace weebill::families
