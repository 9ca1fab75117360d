//===- ConfigFields.h - Fields that several families read ---------*- C++ -*-===//
//
// Tested by tests/unit/compiler/import/ReadConfigTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_FAMILIES_CONFIGFIELDS_H
#define WEEBILL_COMPILER_IMPORT_FAMILIES_CONFIGFIELDS_H

#include "compiler/import/description/FieldReader.h"

namespace weebill::families {

/// Refuses a field that is true: "'mlp_bias' is true, " and `what`.
void refuseTrue(const description::FieldReader &fields, const char *name, const std::string &what);

/// The list of that name, nullptr if there is none; refuses another kind of value.
const description::JsonValue *findList(const description::FieldReader &fields, const char *name);

/// Refuses layers whose type is not among `accepted`; returns the types, none if the configuration has no list of them.
std::vector<std::string> readLayerTypes(const description::FieldReader &fields,
                                        const std::vector<std::string> &accepted);

} // namespace weebill::families

#endif // WEEBILL_COMPILER_IMPORT_FAMILIES_CONFIGFIELDS_H
