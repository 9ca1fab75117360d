//===- ReadJson.h - JSON of a model folder -----------------------*- C++ -*-===//
//
// nlohmann's values, for files whose errors need no line: headers of tensor files, vocabularies. A key that stands
// twice is refused, because readers differ in which of the two they believe. Tested by
// tests/unit/compiler/import/SafetensorsFileTest.cpp and HuggingFaceTokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_READJSON_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_READJSON_H

#include "compiler/import/LongLoop.h"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace weebill::huggingface {

/// The object that `text` is. Throws InputError "path: place: what".
nlohmann::json readJsonObject(const std::string &path, const std::string &place, std::string_view text,
                              const importer::AskToEnd &ask = {});

/// The object that a whole file is.
nlohmann::json readJsonFile(const std::string &path, const importer::AskToEnd &ask = {});

/// A member of an object; nullptr if it is not there or null, or `value` is no object.
const nlohmann::json *findMember(const nlohmann::json &value, const std::string &key);

/// What a text member says; `otherwise` if there is none or it is no text.
std::string textMember(const nlohmann::json &value, const std::string &key, const std::string &otherwise = "");

/// Whether a member is true; `otherwise` if there is none.
bool flagMember(const nlohmann::json &value, const std::string &key, bool otherwise);

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_READJSON_H
