//===- RuntimeText.h - The runtime's headers as text -------------*- C++ -*-===//
//
// The build puts the text of runtime/*.h and codegen/emit/vectors/*.h into the compiler, which pastes it into emitted
// files (runtime/README.md says how). Tested by tests/unit/codegen/emit/RuntimeTextTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_EMIT_RUNTIMETEXT_H
#define WEEBILL_CODEGEN_EMIT_RUNTIMETEXT_H

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace weebill::emit {

/// Includes of the system under the condition that they stand under: "defined(_WIN32)" -> "<windows.h>".
using ConditionalIncludes = std::map<std::string, std::set<std::string>>;

/// A header without its leading comment block, pragma and includes.
struct HeaderText {
  std::string title;               // of its first line: "A team of threads that stays together"
  std::set<std::string> includes;  // "<cstdint>"
  ConditionalIncludes conditional; // of blocks of #if, #include and #endif alone
  std::vector<std::string> own;    // quoted includes, without the quotes; whoever pastes the body sees to them
  std::string body;                // ends with one newline, starts without one
};

/// Takes the text of a header apart.
HeaderText parseHeader(std::string_view text);

/// A header by its name: "threads.h", "vectors/x86-64-v3.h". Throws std::out_of_range for a name that was not built in.
HeaderText runtimeHeader(const std::string &name);

} // namespace weebill::emit

#endif // WEEBILL_CODEGEN_EMIT_RUNTIMETEXT_H
