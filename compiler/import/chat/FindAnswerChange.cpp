//===- FindAnswerChange.cpp - What becomes of earlier answers -------------===//
//
// Tested by tests/unit/compiler/import/AnswerChangeTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/FindAnswerChange.h"

#include "compiler/import/chat/ComposeChat.h"
#include "compiler/import/chat/Lexer.h"
#include "compiler/import/chat/TextOperations.h"

#include <algorithm>

namespace weebill::chat {

using importer::ChatFormat;

namespace {

constexpr const char *kThought = "Weebill-thought", *kAnswer = "Weebill-answer";

std::vector<Message> conversationWith(const std::string &answer) {
  return {{"user", "one"}, {"assistant", answer}, {"user", "two"}};
}

/// Marks that the template names in its texts, such as "</think>": what ends a thought is one of them.
std::vector<std::string> marksOf(const std::string &source) {
  constexpr size_t kMost = 48, kLongest = 40;
  std::vector<std::string> marks;
  for (const Token &token : tokenizeTemplate(source)) {
    if (token.kind != Token::Kind::String || marks.size() == kMost)
      continue;
    const std::string mark(strip(token.text));
    const bool bracketed = mark.size() > 2 && mark.size() <= kLongest && mark.find_last_of("<[") == 0 &&
                           mark.find_first_of(">]") == mark.size() - 1 &&
                           std::none_of(mark.begin(), mark.end(), isWhiteSpace);
    if (bracketed && std::find(marks.begin(), marks.end(), mark) == marks.end())
      marks.push_back(mark);
  }
  return marks;
}

/// What may open a thought that the mark at `index` ends: "<think>" for "</think>", or the marks beside it.
std::vector<std::string> openingsOf(const std::vector<std::string> &marks, size_t index) {
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

struct Thought {
  std::string opening, end;
  std::string before(const std::string &answer) const { return opening + "\n" + kThought + "\n" + end + answer; }
};

/// Several answers in a row: some templates treat the last one in another way.
void checkThoughts(const ProbedTemplate &probed, const Thought &thought, const ChatFormat &format) {
  std::vector<Message> messages = {{"user", "one"}};
  for (const char *answer : {"\n\nYes.\nNo.", "", "\n\nBoth"}) {
    messages.push_back({"assistant", *answer ? thought.before(answer) : "None"});
    messages.push_back({"user", "and?"});
  }
  if (probed.render(messages) != compose(format, messages))
    throw Irregular("treats what stands before '" + thought.end + "' in one answer otherwise than in another");
}

/// Whether a thought goes out of an earlier answer: then `format.answers` says so. One that stays as models write it
/// stays.
bool takesThought(const ProbedTemplate &probed, const Thought &thought, ChatFormat &format) {
  const std::vector<Message> plain = conversationWith(thought.before(std::string("\n\n") + kAnswer));
  const std::string rendered = probed.render(plain);
  bool takes = false;
  if (rendered.find(kThought) == rendered.npos && rendered.find(kAnswer) != rendered.npos) {
    const std::vector<Message> padded = conversationWith(thought.before(std::string("\n\n ") + kAnswer + " \n"));
    format.answers.thoughtEnd = thought.end;
    takes = findStrip(probed.render(padded), padded, format, format.answers.stripAfterThought);
  }
  if (rendered != compose(format, plain))
    throw Irregular("prints what stands before '" + thought.end + "' in an earlier answer in a form of its own");
  checkThoughts(probed, thought, format);
  return takes;
}

/// Why thoughts stay otherwise than the template wants; empty if they do not.
std::string findThoughts(const ProbedTemplate &probed, const std::string &source, ChatFormat &format) {
  const std::vector<std::string> marks = marksOf(source);
  std::vector<Thought> thoughts;
  for (size_t index = 0; index < marks.size(); ++index)
    for (const std::string &opening : openingsOf(marks, index))
      thoughts.push_back({opening, marks[index]});
  std::stable_partition(thoughts.begin(), thoughts.end(),
                        [](const Thought &t) { return t.end.find('/') != t.end.npos; });
  std::string problem;
  for (const Thought &thought : thoughts) {
    try {
      if (takesThought(probed, thought, format))
        return "";
    } catch (const TemplateError &error) {
      problem = problem.empty() ? error.what() : problem;
    } catch (const Irregular &error) {
      problem = problem.empty() ? std::string("the chat template ") + error.what() : problem;
    }
    format.answers.thoughtEnd.clear();
  }
  return problem;
}

} // namespace

void findAnswerChange(const ProbedTemplate &probed, const std::string &source, ChatFormat &format) {
  const std::vector<Message> padded = conversationWith(kPadded);
  if (!findStrip(probed.render(padded), padded, format, format.answers.strip))
    throw Irregular("changes the text of a message");
  format.answersProblem = findThoughts(probed, source, format);
}

} // namespace weebill::chat
