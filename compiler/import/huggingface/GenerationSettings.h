//===- GenerationSettings.h - How a folder has tokens chosen -----*- C++ -*-===//
//
// generation_config.json, or config.json where there is none: the file that transformers' generate() asks. Programs
// begin with the numbers that they have options for; what else would change a choice is left out with a note. Tested by
// tests/unit/compiler/import/SamplingAdviceTest.cpp, and against transformers by
// tests/emitted/test_generation_settings.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_GENERATIONSETTINGS_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_GENERATIONSETTINGS_H

#include "compiler/import/ImportedModel.h"

#include <string_view>

namespace weebill::huggingface {

/// Whether a field says how tokens are chosen otherwise than by the numbers that programs have options for.
bool isLeftOutSetting(std::string_view field);

/// Throws InputError for a number that is none.
void readGenerationSettings(const std::string &folder, importer::ImportedModel &model);

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_GENERATIONSETTINGS_H
