//===- FloatLiteral.h - Float constants as C++ -------------------*- C++ -*-===//
//
// Tested by tests/unit/codegen/emit/TemplateTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_PRINT_FLOATLITERAL_H
#define WEEBILL_CODEGEN_PRINT_FLOATLITERAL_H

#include <string>

namespace weebill::print {

/// The shortest decimal text that reads back as the same float, with an f behind it: "0.125f", "1e-05f". Finite values
/// only.
std::string floatLiteral(float value);

} // namespace weebill::print

#endif // WEEBILL_CODEGEN_PRINT_FLOATLITERAL_H
