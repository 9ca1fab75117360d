//===- Pasted.h - Headers of the runtime in an emitted file ------*- C++ -*-===//
//
// Collects pasted headers: their bodies where they stand, their includes at the top. Tested by
// tests/unit/codegen/emit/RuntimeTextTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_EMIT_PASTED_H
#define WEEBILL_CODEGEN_EMIT_PASTED_H

#include <map>
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
  /// Headers that only one kind of CPU has.
  void needFor(const std::string &guard, const std::set<std::string> &more);

  /// The lines for the top of the file.
  std::string includeLines() const;

private:
  std::set<std::string> includes;
  std::map<std::string, std::set<std::string>> guarded; // guard -> includes
};

} // namespace weebill::emit

#endif // WEEBILL_CODEGEN_EMIT_PASTED_H
