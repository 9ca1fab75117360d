//===- ModelTypes.h - What config.json may say for each model type -*- C++ -*-===//
//
// A field of a configuration is read, or known to say nothing about the numbers, or refused: which, depends on the
// model type. Tested by tests/unit/compiler/import/ReadConfigTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_MODELTYPES_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_MODELTYPES_H

#include <optional>
#include <string>
#include <string_view>

namespace weebill::huggingface {

enum class ModelType { Llama, MobileLlm, Qwen2, Qwen3, Llama4Text };

/// The type that config.json calls so.
std::optional<ModelType> findModelType(std::string_view name);

/// "'llama', 'mobilellm', ... and 'llama4_text'".
std::string modelTypeNames();

/// Whether a field is read or harmless. Any other might change the numbers.
bool isKnownField(ModelType type, std::string_view field);

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_MODELTYPES_H
