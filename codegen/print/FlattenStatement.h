//===- FlattenStatement.h - Nested statements as a list ----------*- C++ -*-===//
//
// Halide nests what C++ writes one below the other. Tested by tests/unit/codegen/print/StatementPrinterTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_PRINT_FLATTENSTATEMENT_H
#define WEEBILL_CODEGEN_PRINT_FLATTENSTATEMENT_H

#include <Halide.h>

#include <vector>

namespace weebill::print {

/// Nested blocks, lets and allocations as one list; a let or an allocation stands for its own line, its body follows.
std::vector<Halide::Internal::Stmt> flatten(const Halide::Internal::Stmt &s);

} // namespace weebill::print

#endif // WEEBILL_CODEGEN_PRINT_FLATTENSTATEMENT_H
