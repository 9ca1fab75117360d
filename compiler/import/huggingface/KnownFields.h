//===- KnownFields.h - What config.json may say -------------------*- C++ -*-===//
//
// A field of a configuration is read, or known to say nothing about the numbers, or refused. Tested by
// tests/unit/compiler/import/ReadConfigTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_KNOWNFIELDS_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_KNOWNFIELDS_H

#include "compiler/import/families/Family.h"

namespace weebill::huggingface {

/// Whether a field is read.
bool isReadField(const families::ConfigForm &form, std::string_view field);

/// Whether it is read or, as it stands there, harmless. Any other might change the numbers.
bool isKnownField(const families::ConfigForm &form, const description::JsonMember &member);

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_KNOWNFIELDS_H
