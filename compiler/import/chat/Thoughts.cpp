//===- Thoughts.cpp - What a template may take for a thought --------------===//
//
// Tested by tests/unit/compiler/import/AnswerChangeTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/Thoughts.h"

#include "compiler/import/chat/Lexer.h"
#include "compiler/import/chat/TextOperations.h"
#include "compiler/import/chat/WhiteSpace.h"

#include <algorithm>

namespace weebill::chat {

/// Marks that the template names in its texts, such as "</think>": what ends a thought is one of them.
static std::vector<std::string> marksOf(const std::string &source) {
  constexpr size_t kMost = 48, kLongest = 40;
  std::vector<std::string> marks;
  for (const Token &token : tokenizeTemplate(source)) {
    if (token.kind != Token::Kind::String || marks.size() == kMost)
      continue;
    const std::string mark(strip(token.text));
    const bool bracketed = mark.size() > 2 && mark.size() <= kLongest && mark.find_last_of("<[") == 0 &&
                           mark.find_first_of(">]") == mark.size() - 1 && findSpace(mark) == mark.size();
    if (bracketed && std::find(marks.begin(), marks.end(), mark) == marks.end())
      marks.push_back(mark);
  }
  return marks;
}

/// What may open a thought that the mark at `index` ends: "<think>" for "</think>", or the marks beside it.
static std::vector<std::string> openingsOf(const std::vector<std::string> &marks, size_t index) {
  const std::string &mark = marks[index];
  if (mark.find('/') != mark.npos)
    return {replaceAll(mark, "/", "")};
  if (mark.find("END") != mark.npos)
    return {replaceAll(mark, "END", "START")};
  std::vector<std::string> openings;
  if (index > 0)
    openings.push_back(marks[index - 1]);
  if (index + 1 < marks.size())
    openings.push_back(marks[index + 1]);
  return openings;
}

std::vector<Thought> thoughtsOf(const std::string &source) {
  const std::vector<std::string> marks = marksOf(source);
  std::vector<Thought> thoughts;
  for (size_t index = 0; index < marks.size(); ++index)
    for (const std::string &opening : openingsOf(marks, index))
      thoughts.push_back({opening, marks[index]});
  std::stable_partition(thoughts.begin(), thoughts.end(),
                        [](const Thought &thought) { return thought.end.find('/') != thought.end.npos; });
  return thoughts;
}

} // namespace weebill::chat
