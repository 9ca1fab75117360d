//===- ProgramSettings.h - What a program is told of its model ------*- C++ -*-===//
//
// The border between the importer's tokenizer and chat format and the emitted program. Tested by
// tests/emitted/test_chat.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_API_PROGRAMSETTINGS_H
#define WEEBILL_COMPILER_API_PROGRAMSETTINGS_H

#include "codegen/emit/EmitFile.h"
#include "compiler/import/ImportedModel.h"

namespace weebill::api {

emit::ProgramSettings programSettings(const importer::ImportedModel &model);

} // namespace weebill::api

#endif // WEEBILL_COMPILER_API_PROGRAMSETTINGS_H
