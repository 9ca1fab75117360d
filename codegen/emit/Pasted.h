//===- Pasted.h - Headers of the runtime in an emitted file ------*- C++ -*-===//
//
// Collects pasted headers: their bodies where they stand, their includes at the top. Tested by
// tests/unit/codegen/emit/RuntimeTextTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_EMIT_PASTED_H
#define WEEBILL_CODEGEN_EMIT_PASTED_H

#include "codegen/emit/RuntimeText.h"

#include <set>
#include <string>
#include <vector>

namespace weebill::emit {

class Pasted {
public:
  /// The body of a header of the runtime, by its name: "threads.h", between marks that say where it begins and ends.
  std::string paste(const std::string &name);
  std::string pasteAll(const std::vector<const char *> &names);

  /// Headers that text other than pasted text needs.
  void need(const std::set<std::string> &more);
  /// Headers that not every system and CPU has: under a condition of the preprocessor, or without one if it is empty.
  void needIf(const std::string &condition, const std::set<std::string> &more);

  /// The lines for the top of the file.
  std::string includeLines() const;

private:
  std::set<std::string> includes;
  ConditionalIncludes conditional;
};

} // namespace weebill::emit

#endif // WEEBILL_CODEGEN_EMIT_PASTED_H
