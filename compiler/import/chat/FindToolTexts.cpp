//===- FindToolTexts.cpp - What stands around answers of tools ------------===//
//
// Tested by tests/unit/compiler/import/ToolTextsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/FindToolTexts.h"

#include "compiler/import/chat/ComposeChat.h"
#include "compiler/import/chat/Lexer.h"
#include "compiler/import/chat/Thoughts.h"
#include "compiler/import/chat/WhiteSpace.h"

#include <algorithm>
#include <optional>

namespace weebill::chat {

using importer::KeptThoughts;
using importer::Strip;

namespace {

/// A call as models write one into their answers.
constexpr const char *kCall = "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": [1, \"b\"]}}\n</tool_call>";

class ToolFinder {
public:
  ToolFinder(const ProbedTemplate &probed, const std::string &source, importer::ChatFormat &format)
      : probed(probed), source(source), format(format), tools(format.tools) {}

  void find() {
    findPieces();
    findForm();
    findKept();
  }

private:
  void findPieces() {
    const Message user{"user", "Weebill-user"}, answer{"assistant", "Weebill-answer"}, one{"tool", "Weebill-one"},
        other{"tool", "Weebill-other"};
    const auto single = probed.around({user, answer, one}), two = probed.around({user, answer, one, other}),
               more = probed.around({user, answer, one, {"user", "Weebill-more"}});
    if (!single[3].ends_with(format.answerPrefix))
      throw Irregular("asks for an answer otherwise where a tool has answered");
    const std::string before = format.userSuffix + format.assistantPrefix;
    if (!single[1].starts_with(before))
      throw Irregular("opens an answer otherwise where a tool answers");
    tools.noThought = single[1].substr(before.size());
    const std::string &opening = single[2], &closing = format.assistantSuffix;
    const auto same = std::mismatch(closing.begin(), closing.end(), opening.begin(), opening.end()).first;
    const size_t closed = probed.special.boundaryBefore(opening, size_t(same - closing.begin()));
    tools.answerSuffix = opening.substr(0, closed);
    tools.prefix = opening.substr(closed);
    tools.suffix = single[3].substr(0, single[3].size() - format.answerPrefix.size());
    if (!namesRole() && opening == closing + format.userPrefix && tools.suffix == format.userSuffix)
      throw Irregular("prints the answer of a tool as if the user said it");
    if (!namesRole() && opening == closing + format.assistantPrefix && tools.suffix == format.assistantSuffix)
      throw Irregular("prints the answer of a tool as if the model said it");
    if (!more[3].starts_with(tools.suffix))
      throw Irregular("closes the answer of a tool otherwise where the user speaks next");
    tools.userPrefix = more[3].substr(tools.suffix.size());
    const size_t cut = cutOf(two[3]);
    tools.between = two[3].substr(0, cut);
    tools.again = two[3].substr(cut);
  }

  /// Otherwise a message of a tool is printed as any other that is not the user's, or not the model's.
  bool namesRole() const {
    const std::vector<Token> tokens = tokenizeTemplate(source);
    return std::any_of(tokens.begin(), tokens.end(),
                       [](const Token &token) { return token.kind == Token::Kind::String && token.text == "tool"; });
  }

  /// Where tokens may be cut between two answers: behind the last special token, or where a line begins.
  size_t cutOf(std::string_view between) const {
    if (const size_t behind = probed.special.lastEnd(between); behind > 0)
      return behind;
    for (size_t at = between.size(); at > 1; --at)
      if (between[at - 2] == '\n' && !spaceAtStart(between.substr(at - 1)))
        return at - 1;
    return between.size();
  }

  /// What becomes of the text.
  void findForm() {
    tools.kept = tools.noThought.empty() ? KeptThoughts::None : KeptThoughts::UntilUser; // so far
    const std::vector<Message> padded = {{"user", "one"}, {"assistant", "two"}, {"tool", kPadded}};
    const std::string rendered = probed.render(padded);
    if (findStrip(rendered, padded, format, tools.strip))
      return;
    tools.inJson = true;
    if (!prints(padded))
      throw Irregular("changes what a tool answers");
  }

  /// What can be said, with answers like these.
  static std::vector<std::vector<Message>> conversations(const std::string &call, const std::string &answer) {
    const Message user{"user", "What is it?"}, calls{"assistant", call}, one{"tool", "  {\"a\": \"b\\n\"}\n"},
        other{"tool", "8 °C; 谢谢\t<b>"}, empty{"tool", ""}, said{"assistant", answer}, more{"user", " And \"now\"? "};
    return {{user, calls, one, other, empty},
            {user, calls, one, calls, other, one},
            {user, calls, one, more, said, more},
            {user, said, more, calls, other, calls, empty, one, said, more, said, more, calls, one}};
  }

  bool prints(const std::vector<Message> &messages) const {
    return probed.render(messages) == compose(format, messages);
  }

  /// Conversations without thoughts, with and without a system message.
  bool printsPlain() const {
    for (std::vector<Message> messages : conversations(kCall, "Done. ")) {
      if (!prints(messages))
        return false;
      messages.insert(messages.begin(), {"system", "Be brief."});
      if (format.systemProblem.empty() && !prints(messages))
        return false;
    }
    return true;
  }

  bool printsThought(const Thought &thought) const try {
    const std::string said = thought.before("\n\nDone."), nothing = thought.opening + "\n\n" + thought.end + "\n\n";
    const auto with = conversations(thought.before(std::string("\n\n") + kCall), said);
    return prints(with[1]) && prints(with.back()) && prints(conversations(nothing + kCall, "Done.").back());
  } catch (const TemplateError &) {
    return false;
  }

  /// Where thoughts stay as they are, all marks may be theirs.
  bool printsThoughts(const Thought &thought) const {
    if (!thought.end.empty())
      return printsThought(thought);
    const std::vector<Thought> all = thoughtsOf(source);
    return std::all_of(all.begin(), all.end(),
                       [&](const Thought &one) { return one.end.find('/') == one.end.npos || printsThought(one); });
  }

  /// What becomes of answers before a tool's, and why thoughts become something else in programs.
  void findKept() {
    std::optional<importer::ToolTexts> plain; // what prints everything but thoughts
    for (const Thought &thought : goingThoughts())
      for (KeptThoughts kept : {KeptThoughts::UntilUser, KeptThoughts::Always, KeptThoughts::None}) {
        const bool keeps = kept != KeptThoughts::None;
        if (keeps ? thought.end.empty() : !tools.noThought.empty())
          continue;
        tools.kept = kept;
        tools.thoughtBegin = keeps ? thought.opening : "";
        if (!printsPlain())
          continue;
        if (!format.answersProblem.empty() || printsThoughts(thought)) // thoughts stay everywhere then, which is said
          return;
        if (!plain || !keeps)
          plain = tools;
      }
    if (!plain)
      throw Irregular("does not print a conversation with tools as the sum of its messages");
    tools = *plain;
    tools.thoughtsProblem = "the chat template prints thoughts before a tool's answer in a form of its own";
  }

  /// Thoughts that go from other answers; one without marks if none does.
  std::vector<Thought> goingThoughts() const {
    std::vector<Thought> found;
    for (const Thought &thought : thoughtsOf(source))
      if (thought.end == format.answers.thoughtEnd)
        found.push_back(thought);
    return found.empty() ? std::vector<Thought>(1) : found;
  }

  const ProbedTemplate &probed;
  const std::string &source;
  importer::ChatFormat &format;
  importer::ToolTexts &tools;
};

} // namespace

void findToolTexts(const ProbedTemplate &probed, const std::string &source, importer::ChatFormat &format) {
  ToolFinder(probed, source, format).find();
}

} // namespace weebill::chat
