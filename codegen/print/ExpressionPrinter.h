//===- ExpressionPrinter.h - Halide expressions as C++ -----------*- C++ -*-===//
//
// Prints an expression of a lowered Halide statement, with parentheses only where C++ needs them, on the types and
// functions of a vector section (codegen/emit/vectors). What cannot be printed faithfully is refused. Tested by
// tests/unit/codegen/print/ExpressionPrinterTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_PRINT_EXPRESSIONPRINTER_H
#define WEEBILL_CODEGEN_PRINT_EXPRESSIONPRINTER_H

#include <Halide.h>

#include <optional>
#include <stdexcept>
#include <string>

namespace weebill::print {

/// A statement or expression that has no faithful C++ text.
struct PrintError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What an expression needs to know about the function around it.
class ExpressionScope {
public:
  virtual ~ExpressionScope() = default;

  /// The identifier of a variable or a buffer.
  virtual std::string identifier(const std::string &halideName) = 0;

  /// The identifier that already holds this value: a local that replaces memory, or a value that several statements
  /// share.
  virtual std::optional<std::string> held(const Halide::Expr &e) = 0;

  /// Declares a constant of this value before the statement being printed.
  virtual void declare(const std::string &halideName, const Halide::Expr &value) = 0;
};

/// What the Halide name of a function by hand that takes places begins with: a load of a byte among the arguments is
/// printed as the address of what it loads, a variable is left out (a lane, which makes the call a vector).
inline constexpr const char *kPlaceCall = "@";

/// Whether it is a call of such a function.
bool isPlaceCall(const Halide::Expr &e);

/// "f32", "i8x64", "bool".
std::string printType(Halide::Type type);

std::string printExpression(const Halide::Expr &e, ExpressionScope &scope);

/// The text of a pointer to element `index` of a buffer: "values + k * 64".
std::string printAddress(const std::string &buffer, const Halide::Expr &index, ExpressionScope &scope);

} // namespace weebill::print

#endif // WEEBILL_CODEGEN_PRINT_EXPRESSIONPRINTER_H
