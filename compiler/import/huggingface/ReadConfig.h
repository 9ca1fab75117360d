//===- ReadConfig.h - config.json --------------------------------*- C++ -*-===//
//
// The configuration of a model folder. What would change the numbers and is not computed is refused by name, and so is
// every field that is not known. Tested by tests/unit/compiler/import/ReadConfigTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_READCONFIG_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_READCONFIG_H

#include "compiler/import/IgnoredFields.h"

#include <string_view>

namespace weebill::huggingface {

struct HuggingFaceConfig {
  importer::Architecture architecture;
  int32_t beginning = -1;       // bos_token_id, if the vocabulary has it
  std::vector<int64_t> endings; // eos_token_id, one or several, as they stand there
  int64_t usualEnding = -1;     // that of the class, where the file leaves it out: null says that there is none
  std::string tokenizerClass;   // tokenizer_class, for a folder whose tokenizer's files name none
};

/// Reads the text of a config.json. Throws InputError "path:line:column: what".
HuggingFaceConfig parseConfig(const std::string &path, std::string_view text,
                              const importer::IgnoredFields &ignored = {});

/// Reads config.json from a file.
HuggingFaceConfig readConfig(const std::string &path, const importer::IgnoredFields &ignored = {});

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_READCONFIG_H
