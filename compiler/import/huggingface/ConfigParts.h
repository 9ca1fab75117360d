//===- ConfigParts.h - Parts of config.json ----------------------*- C++ -*-===//
//
// What ReadConfig.cpp and RopeConfig.cpp both need. Tested by tests/unit/compiler/import/ReadConfigTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_CONFIGPARTS_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_CONFIGPARTS_H

#include "compiler/import/description/FieldReader.h"
#include "compiler/import/families/Family.h"
#include "compiler/import/huggingface/ReadConfig.h"

namespace weebill::huggingface {

/// Members that are null have their defaults, as if they were not there; all but those named in `meaningful`.
description::JsonValue withoutNulls(description::JsonValue object, const std::vector<std::string> &meaningful = {});
std::vector<std::string> keysOf(const description::JsonValue &object);

/// RoPE's base and its scaling.
void readRope(const description::FieldReader &fields, const importer::IgnoredFields &ignored,
              const families::ConfigForm &form, importer::Architecture &sizes);

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_CONFIGPARTS_H
