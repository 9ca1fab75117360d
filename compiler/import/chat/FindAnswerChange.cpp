//===- FindAnswerChange.cpp - What becomes of earlier answers -------------===//
//
// Tested by tests/unit/compiler/import/AnswerChangeTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/FindAnswerChange.h"

#include "compiler/import/chat/ComposeChat.h"
#include "compiler/import/chat/Thoughts.h"

namespace weebill::chat {

using importer::ChatFormat;

namespace {

constexpr const char *kAnswer = "Weebill-answer";

std::vector<Message> conversationWith(const std::string &answer) {
  return {{"user", "one"}, {"assistant", answer}, {"user", "two"}};
}

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
  if (rendered.find(kThoughtText) == rendered.npos && rendered.find(kAnswer) != rendered.npos) {
    const std::vector<Message> padded =
        conversationWith(thought.before(std::string("\n\n \u00a0\t") + kAnswer + "\u3000\r \n"));
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
  std::string problem;
  for (const Thought &thought : thoughtsOf(source)) {
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
