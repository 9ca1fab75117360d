//===- Refuse.h - One clear sentence about bad input -------------*- C++ -*-===//
//
// How importers build the text of an InputError: "FILE: place: what". Names from a file are quoted, cut and made
// printable, because they are the attacker's text on the user's terminal. Tested by
// tests/unit/compiler/import/RefuseTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_REFUSE_H
#define WEEBILL_COMPILER_IMPORT_REFUSE_H

#include "compiler/import/ImportedModel.h"

#include <string>
#include <string_view>

namespace weebill::importer {

/// Throws InputError "path: place: what".
[[noreturn]] inline void refuse(const std::string &path, const std::string &place, const std::string &what) {
  throw InputError(path + ": " + place + ": " + what);
}

/// `text` with anything that is not printable ASCII as \xNN.
std::string printable(std::string_view text);

/// 'text' with quotes, at most 80 bytes of it, printable.
std::string quoted(std::string_view text);

/// What a file says of itself, as one line in UTF-8 without control characters, at most 200 bytes of it.
std::string singleLine(std::string_view text);

/// "1 row", "2 rows". Internal: the kernels have a function of this name that writes small numbers in words.
static inline std::string counted(int64_t count, const std::string &noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

} // namespace weebill::importer

#endif // WEEBILL_COMPILER_IMPORT_REFUSE_H
