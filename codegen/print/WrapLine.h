//===- WrapLine.h - Lines of at most 120 columns -----------------*- C++ -*-===//
//
// Tested by tests/unit/codegen/print/StatementPrinterTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_PRINT_WRAPLINE_H
#define WEEBILL_CODEGEN_PRINT_WRAPLINE_H

#include <string>

namespace weebill::print {

/// `text` after `indent` blanks, broken at the blank that is least deep in parentheses where it is longer than 120
/// columns; ends with a newline.
std::string wrapLine(const std::string &text, int indent);

} // namespace weebill::print

#endif // WEEBILL_CODEGEN_PRINT_WRAPLINE_H
