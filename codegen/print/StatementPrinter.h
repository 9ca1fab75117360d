//===- StatementPrinter.h - Lowered Halide statements as C++ -----*- C++ -*-===//
//
// Prints the body of a lowered Halide function as the body of a C++ function that reads as if written by hand: small
// accumulators are named locals, values that several statements share are named once, names come from Funcs, Vars and
// parameters. What has no faithful text is refused, nothing is dropped. Tested by
// tests/unit/codegen/print/StatementPrinterTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_PRINT_STATEMENTPRINTER_H
#define WEEBILL_CODEGEN_PRINT_STATEMENTPRINTER_H

#include "codegen/print/ExpressionPrinter.h"

#include <map>
#include <string>

namespace weebill::print {

/// The lines of `body`, two blanks deep. `parameters` gives the identifier of each parameter by its Halide name. Throws
/// PrintError.
std::string printStatement(const Halide::Internal::Stmt &body, const std::map<std::string, std::string> &parameters);

} // namespace weebill::print

#endif // WEEBILL_CODEGEN_PRINT_STATEMENTPRINTER_H
