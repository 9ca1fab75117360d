//===- LocalBuffers.h - Which buffers become local variables -----*- C++ -*-===//
//
// An allocation that is only touched at constant places, always with the same number of lanes, is a set of named
// locals: GCC keeps those in registers, an array of accumulators it does not. Tested by
// tests/unit/codegen/print/StatementPrinterTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_PRINT_LOCALBUFFERS_H
#define WEEBILL_CODEGEN_PRINT_LOCALBUFFERS_H

#include <Halide.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace weebill::print {

/// One local for each place of a buffer.
struct LocalBuffer {
  struct Part {
    Halide::Type type;
    int stores = 0;
  };
  std::map<int64_t, Part> parts; // by the index of the first element
};

/// The locals that an allocation becomes, if it does.
std::optional<LocalBuffer> asLocals(const Halide::Internal::Allocate *allocation);

/// A local: its buffer and its index there.
using LocalPlace = std::pair<std::string, int64_t>;

/// The places of these local buffers, by name, that a statement reads or writes.
std::set<LocalPlace> touchedPlaces(const Halide::Internal::Stmt &s, const std::map<std::string, LocalBuffer> &locals);

/// The first element of an access, when it is known now.
const Halide::Internal::IntImm *constantIndex(const Halide::Expr &index);

} // namespace weebill::print

#endif // WEEBILL_CODEGEN_PRINT_LOCALBUFFERS_H
