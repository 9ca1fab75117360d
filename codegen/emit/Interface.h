//===- Interface.h - Names of the C interface --------------------*- C++ -*-===//
//
// Tested by tests/unit/codegen/emit/InterfaceTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_EMIT_INTERFACE_H
#define WEEBILL_CODEGEN_EMIT_INTERFACE_H

#include <string>
#include <string_view>

namespace weebill::emit {

/// "smollm2_135m": what the C names of a model begin with. Letters, digits and single underscores, a letter first.
std::string interfacePrefix(const std::string &name);

/// `text` with "model_" and "MODEL_" replaced by the prefix of a model, the latter in capitals.
std::string withPrefix(std::string_view text, const std::string &name);

} // namespace weebill::emit

#endif // WEEBILL_CODEGEN_EMIT_INTERFACE_H
