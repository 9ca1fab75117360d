//===- Thoughts.h - What a template may take for a thought -------*- C++ -*-===//
//
// Tested by tests/unit/compiler/import/AnswerChangeTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_CHAT_THOUGHTS_H
#define WEEBILL_COMPILER_IMPORT_CHAT_THOUGHTS_H

#include <string>
#include <vector>

namespace weebill::chat {

inline constexpr const char *kThoughtText = "Weebill-thought";

/// The marks around a thought: "<think>" and "</think>".
struct Thought {
  std::string opening, end;
  /// An answer with a thought before it, as models write it.
  std::string before(const std::string &answer) const { return opening + "\n" + kThoughtText + "\n" + end + answer; }
};

/// All marks of the template that could be such ones, the likelier first.
std::vector<Thought> thoughtsOf(const std::string &source);

} // namespace weebill::chat

#endif // WEEBILL_COMPILER_IMPORT_CHAT_THOUGHTS_H
