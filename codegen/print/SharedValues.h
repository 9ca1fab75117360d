//===- SharedValues.h - Values that several statements read ------*- C++ -*-===//
//
// Unrolled code repeats its loads: twelve multiplications may read the same three vectors. Naming those once is what a
// person would write. Tested by tests/unit/codegen/print/StatementPrinterTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_PRINT_SHAREDVALUES_H
#define WEEBILL_CODEGEN_PRINT_SHAREDVALUES_H

#include <Halide.h>

#include <functional>
#include <string>
#include <vector>

namespace weebill::print {

struct SharedValue {
  Halide::Expr value;
  std::string buffer; // that it comes from
  size_t firstUse;    // the store that reads it first
};

/// Vectors that come straight from memory (loaded, loaded and converted, or one element in all lanes) and are read more
/// than once by these stores, in the order of their first use: named earlier, they would hold registers that sums need.
/// Buffers that one of the stores writes and those that `isLocal` are left out.
std::vector<SharedValue> findSharedValues(const std::vector<Halide::Internal::Stmt> &stores,
                                          const std::function<bool(const std::string &)> &isLocal);

} // namespace weebill::print

#endif // WEEBILL_CODEGEN_PRINT_SHAREDVALUES_H
