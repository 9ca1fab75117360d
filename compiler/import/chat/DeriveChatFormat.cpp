//===- DeriveChatFormat.cpp - From a chat template to its pieces ----------===//
//
// Tested by tests/unit/compiler/import/DeriveChatFormatTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/DeriveChatFormat.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/chat/ComposeChat.h"
#include "compiler/import/chat/FindAnswerChange.h"
#include "compiler/import/chat/FindToolCalls.h"
#include "compiler/import/chat/FindToolTexts.h"
#include "compiler/import/chat/ProbedTemplate.h"
#include "compiler/import/chat/TextOperations.h"

#include <algorithm>

namespace weebill::chat {

namespace {

/// Reasons hold the template's own words, which are a stranger's text on the user's terminal.
std::string shown(const std::string &reason) {
  constexpr size_t kLongest = 300;
  return importer::printable(reason.substr(0, kLongest)) + (reason.size() > kLongest ? "..." : "");
}

class FormatFinder {
public:
  FormatFinder(const std::string &source, const importer::TokenizerData &tokenizer,
               const std::optional<NamedTexts> &named, const TemplateValues &input)
      : source(source), tokenizer(tokenizer), probed(source, tokenizer, named, input) {
    format.given = input.given;
  }

  importer::ChatFormat find() {
    findPieces();
    if (!findsStrip({{"user", kPadded}}, format.userStrip))
      throw Irregular("changes the text of a message");
    findAnswerChange(probed, source, format);
    checkConversation({});
    findSystem();
    findTools();
    findStopTokens();
    return format;
  }

private:
  void findPieces() {
    const Message first{"user", "Weebill-first-user"}, answer{"assistant", "Weebill-first-answer"},
        second{"user", "Weebill-second-user"};
    const auto prompt = probed.around({first});
    const auto turns = probed.around({first, answer, second});
    const std::string &beforeUser = prompt[0], &afterUser = prompt[1], &beforeAnswer = turns[1], &between = turns[2];
    if (turns[0] != beforeUser || turns[3] != afterUser)
      throw Irregular("does not treat every user message alike");

    // The text after a user message is one piece in every conversation; it is parted where what asks for an answer
    // begins, or what stands before an earlier one.
    const auto closed = probed.around({first}, false);
    const size_t shared = std::min(commonPrefix(closed[1], afterUser), commonPrefix(beforeAnswer, afterUser));
    const size_t suffix =
        std::min(probed.special.boundaryBefore(afterUser, shared), probed.special.boundaryBefore(beforeAnswer, shared));
    format.userSuffix = afterUser.substr(0, suffix);
    format.answerPrefix = afterUser.substr(suffix);
    format.assistantPrefix = beforeAnswer.substr(suffix);

    // The text between an answer and the next message ends with the user prefix, as does the text before the first
    // message.
    const auto ended = probed.around({first, answer}, false);
    if (between.starts_with(ended[2]) && beforeUser.ends_with(between.substr(ended[2].size()))) {
      format.assistantSuffix = ended[2];
    } else { // what closes a conversation differs from what closes an answer: the longest text that both share
      const size_t shared = commonSuffix(beforeUser, between);
      format.assistantSuffix = between.substr(0, probed.special.boundaryAfter(between, between.size() - shared));
    }
    format.userPrefix = between.substr(format.assistantSuffix.size());
    format.beforeFirst = beforeUser.substr(0, beforeUser.size() - format.userPrefix.size());
  }

  static size_t commonPrefix(const std::string &a, const std::string &b) {
    return size_t(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
  }
  static size_t commonSuffix(const std::string &a, const std::string &b) {
    return size_t(std::mismatch(a.rbegin(), a.rend(), b.rbegin(), b.rend()).first - a.rbegin());
  }

  /// `strip` is one of `format`.
  bool findsStrip(const std::vector<Message> &messages, importer::Strip &strip) const {
    return findStrip(probed.render(messages), messages, format, strip);
  }

  /// Messages with spaces, line ends and markup: nothing but the pieces may come between them.
  void checkConversation(std::vector<Message> messages) const {
    for (const char *content :
         {"Hello, who are you?", "I am a bird.\n\nA small one!", "  \"How small\" <b>exactly</b>? ",
          "8 cm {{ or }} so\n", "Thanks; 谢谢", "42", "And {% now %}?"})
      messages.push_back({messages.empty() || messages.back().role != "user" ? "user" : "assistant", content});
    if (probed.render(messages) != compose(format, messages))
      throw Irregular("does not print a longer conversation as the sum of its messages");
  }

  void findSystem() {
    format.systemProblem = problemOf([&] {
      const auto around = probed.around({{"system", "Weebill-system"}, {"user", "Weebill-first-user"}});
      // A system message may stand inside the first user message, whose prefix is before it then.
      const bool apart = around[1].ends_with(format.userPrefix);
      format.userPrefixAfterSystem = apart ? format.userPrefix : "";
      format.systemPrefix = around[0];
      format.systemSuffix = around[1].substr(0, around[1].size() - format.userPrefixAfterSystem.size());
      if (!findsStrip({{"system", kPadded}, {"user", "one"}}, format.systemStrip) ||
          !findsStrip({{"system", "one"}, {"user", kPadded}}, format.userStripAfterSystem))
        throw Irregular("changes the text of a system message");
      checkConversation({{"system", " \nAnswer briefly.\nAlways. "}});
    });
    if (!format.systemProblem.empty())
      format.systemPrefix = format.systemSuffix = "";
  }

  void findTools() {
    importer::ToolTexts &tools = format.tools;
    if (const std::string problem = problemOf([&] { findToolTexts(probed, source, format); }); !problem.empty()) {
      tools = {};
      tools.problem = tools.calls.problem = problem;
    } else if (const std::string why = problemOf([&] { findToolCalls(probed, format); }); !why.empty()) {
      tools.calls = {};
      tools.calls.problem = why;
    }
  }

  /// Why a search has failed; empty if it has not.
  template <class Search> static std::string problemOf(Search &&search) {
    try {
      search();
      return "";
    } catch (const TemplateError &error) {
      return shown(error.what());
    } catch (const Irregular &error) {
      return std::string("the chat template ") + error.what();
    }
  }

  void findStopTokens() {
    const int32_t first = probed.special.tokenAtStart(stripLeft(format.assistantSuffix));
    for (int32_t id : {tokenizer.end, first})
      if (id >= 0 && std::find(format.stopTokens.begin(), format.stopTokens.end(), id) == format.stopTokens.end())
        format.stopTokens.push_back(id);
  }

  const std::string &source;
  const importer::TokenizerData &tokenizer;
  ProbedTemplate probed;
  importer::ChatFormat format;
};

} // namespace

DerivedChat deriveChatFormat(const std::string &source, const importer::TokenizerData &tokenizer,
                             const std::optional<NamedTexts> &named, const importer::TemplateInput &input) {
  const TemplateValues values = readTemplateValues(input);
  try {
    return {FormatFinder(source, tokenizer, named, values).find(), ""};
  } catch (const TemplateError &error) {
    return {std::nullopt, shown(std::string("the chat template is beyond what is supported: ") + error.what())};
  } catch (const Irregular &error) {
    return {std::nullopt, std::string("the chat template ") + error.what()};
  }
}

void noteThoughts(importer::ImportedModel &model) {
  if (model.chat && !model.chat->answersProblem.empty())
    model.notes.push_back("thoughts stay in the conversation: " + model.chat->answersProblem);
  if (model.chat && !model.chat->tools.thoughtsProblem.empty())
    model.notes.push_back("thoughts before what a tool answers are treated as others are: " +
                          model.chat->tools.thoughtsProblem);
}

} // namespace weebill::chat
