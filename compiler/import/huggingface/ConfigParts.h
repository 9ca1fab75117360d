//===- ConfigParts.h - Parts of config.json ----------------------*- C++ -*-===//
//
// What ReadConfig.cpp is put together from: RopeConfig.cpp, Llama4Config.cpp. Tested by
// tests/unit/compiler/import/ReadConfigTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_CONFIGPARTS_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_CONFIGPARTS_H

#include "compiler/import/description/FieldReader.h"
#include "compiler/import/huggingface/ReadConfig.h"

namespace weebill::huggingface {

/// Members that are null have their defaults, as if they were not there; all but those named in `meaningful`.
description::JsonValue withoutNulls(description::JsonValue object, const std::vector<std::string> &meaningful = {});
std::vector<std::string> keysOf(const description::JsonValue &object);

/// RoPE's base and its scaling; `otherwise` is the base of a configuration that names none.
void readRope(const description::FieldReader &fields, double otherwise, importer::Architecture &sizes);

/// Refuses layers whose type is not among `accepted`; returns the types, none if the configuration has no list of them.
std::vector<std::string> readLayerTypes(const description::FieldReader &fields,
                                        const std::vector<std::string> &accepted);

/// What Llama 4's text models have of their own; refuses experts, layers without RoPE, attention in chunks. The sizes
/// that all models have are read already.
void readLlama4(const description::FieldReader &fields, importer::Architecture &sizes);

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_CONFIGPARTS_H
