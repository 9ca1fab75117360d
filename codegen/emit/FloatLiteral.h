//===- FloatLiteral.h - Float constants as C++ -------------------*- C++ -*-===//
//
// Tested by tests/unit/codegen/emit/TemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_EMIT_FLOATLITERAL_H
#define WEEBILL_CODEGEN_EMIT_FLOATLITERAL_H

#include <string>

namespace weebill {

/// The shortest decimal text that reads back as the same float, with an f behind it: "0.125f", "1e-05f". Finite values
/// only.
std::string floatLiteral(float value);

} // namespace weebill

#endif // WEEBILL_CODEGEN_EMIT_FLOATLITERAL_H
