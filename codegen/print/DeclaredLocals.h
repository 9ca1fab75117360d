//===- DeclaredLocals.h - Which locals stand where in the text ---*- C++ -*-===//
//
// The locals of the allocations met so far, the depth of the scope that each belongs to, and which of them the text has
// declared already. Tested by tests/unit/codegen/print/StatementPrinterTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_PRINT_DECLAREDLOCALS_H
#define WEEBILL_CODEGEN_PRINT_DECLAREDLOCALS_H

#include "codegen/print/LocalBuffers.h"

#include <vector>

namespace weebill::print {

class DeclaredLocals {
public:
  /// An allocation whose locals belong to the scope at that depth. Allocated again, in unrolled code, they are new.
  void allocate(const std::string &buffer, const LocalBuffer &local, int depth);
  /// An allocation of that name that is none of locals.
  void forget(const std::string &buffer) { locals.erase(buffer); }

  bool contains(const std::string &buffer) const { return locals.count(buffer) > 0; }
  const LocalBuffer::Part &part(const LocalPlace &place) const { return locals.at(place.first).parts.at(place.second); }
  bool isDeclared(const LocalPlace &place) const { return declared.count(place) > 0; }
  void declare(const LocalPlace &place) { declared.insert(place); }

  /// The local that a store at that depth declares, if it does.
  std::optional<LocalPlace> declaredBy(const Halide::Internal::Store *store, int depth) const;
  /// Locals of enclosing scopes that are first written inside `inner`; they are declared from now on.
  std::vector<LocalPlace> declareTouched(const Halide::Internal::Stmt &inner);

private:
  std::map<std::string, LocalBuffer> locals;
  std::map<std::string, int> depths; // of their scopes
  std::set<LocalPlace> declared;
};

/// What a local is called in place of a name of Halide's.
std::string keyOf(const LocalPlace &place);

} // namespace weebill::print

#endif // WEEBILL_CODEGEN_PRINT_DECLAREDLOCALS_H
