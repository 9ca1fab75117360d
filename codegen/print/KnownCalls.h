//===- KnownCalls.h - What Halide calls and C++ has -------------*- C++ -*-===//
//
// Halide lowers some operations to calls, all of floats among them, because they keep their order: what they are in
// emitted code. Tested by tests/unit/codegen/print/ExpressionPrinterTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_PRINT_KNOWNCALLS_H
#define WEEBILL_CODEGEN_PRINT_KNOWNCALLS_H

#include <string>

namespace weebill::print {

/// How tightly C++ binds, the strongest first.
enum Precedence {
  Primary,
  Unary,
  Product,
  Sum,
  Shift,
  Relation,
  Equality,
  BitAnd,
  BitXor,
  BitOr,
  LogicalAnd,
  LogicalOr,
  Conditional
};

/// A call of two operands that is written between them.
struct InfixSign {
  const char *sign;
  Precedence precedence;
};

/// The sign of a call, or nullptr.
const InfixSign *infixSign(const std::string &call);

/// The function of the vector sections that a call is, or nullptr.
const std::string *functionName(const std::string &call);

} // namespace weebill::print

#endif // WEEBILL_CODEGEN_PRINT_KNOWNCALLS_H
