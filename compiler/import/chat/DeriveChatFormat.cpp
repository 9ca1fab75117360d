//===- DeriveChatFormat.cpp - From a chat template to its pieces ----------===//
//
// Tested by tests/unit/compiler/import/DeriveChatFormatTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/DeriveChatFormat.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/chat/ChatTemplate.h"
#include "compiler/import/chat/SpecialTokenSpans.h"
#include "compiler/import/chat/TextOperations.h"

#include <algorithm>

namespace weebill::chat {

namespace {

/// Reasons hold the template's own words, which are a stranger's text on the user's terminal.
std::string shown(const std::string &reason) {
  constexpr size_t kLongest = 300;
  return importer::printable(reason.substr(0, kLongest)) + (reason.size() > kLongest ? "..." : "");
}

/// A template that renders, but is no sum of pieces. Its text completes "the chat template ...".
struct Irregular : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The texts around `contents`, which occur in this order, each once: one more than there are contents.
std::vector<std::string> cut(std::string_view rendered, const std::vector<std::string> &contents) {
  std::vector<std::string> around;
  for (const std::string &content : contents) {
    const size_t found = rendered.find(content);
    if (found == std::string_view::npos)
      throw Irregular("leaves out or changes a message");
    around.emplace_back(rendered.substr(0, found));
    rendered.remove_prefix(found + content.size());
  }
  around.emplace_back(rendered);
  for (const std::string &text : around)
    for (const std::string &content : contents)
      if (text.find(content) != std::string::npos)
        throw Irregular("prints a message twice");
  return around;
}

class FormatFinder {
public:
  FormatFinder(const std::string &source, const importer::TokenizerData &tokenizer,
               const std::vector<std::pair<std::string, std::string>> &others, const TemplateValues &input)
      : tokenizer(tokenizer), special(tokenizer),
        chatTemplate(source, {textOfToken(tokenizer.beginning), textOfToken(tokenizer.end), others}, input) {
    format.given = input.given;
  }

  importer::ChatFormat find() {
    findPieces();
    findStripping();
    checkConversation({});
    findSystem();
    findStopTokens();
    return format;
  }

private:
  std::optional<std::string> textOfToken(int32_t id) const {
    return id < 0 ? std::nullopt : std::optional<std::string>(tokenizer.tokens[size_t(id)]);
  }

  std::string render(const std::vector<Message> &messages, bool prompt) const {
    constexpr size_t kMostWork = 1 << 26; // every special token may be looked for at every byte
    std::string text = chatTemplate.render(messages, prompt);
    if (text.size() > kMostWork / (1 + special.count()))
      throw Irregular("prints " + std::to_string(text.size()) + " bytes for a short conversation");
    return text;
  }

  void findPieces() {
    const std::string u1 = "Weebill-first-user", a1 = "Weebill-first-answer", u2 = "Weebill-second-user";
    const Message first{"user", u1}, answer{"assistant", a1}, second{"user", u2};
    const auto prompt = cut(render({first}, true), {u1});
    const auto turns = cut(render({first, answer, second}, true), {u1, a1, u2});
    const std::string &beforeUser = prompt[0], &afterUser = prompt[1], &between = turns[2];
    if (turns[0] != beforeUser || turns[3] != afterUser)
      throw Irregular("does not treat every user message alike");
    const bool alike = turns[1].starts_with(afterUser) && strip(turns[1].substr(afterUser.size())).empty();

    // The text after a user message is one piece in every conversation; where it is parted matters to readers only, as
    // long as an earlier answer begins as a new one does.
    const auto closed = cut(render({first}, false), {u1});
    const size_t shared = std::min(commonPrefix(closed[1], afterUser), commonPrefix(turns[1], afterUser));
    const size_t suffix = special.boundaryBefore(afterUser, shared);
    format.userSuffix = afterUser.substr(0, suffix);
    format.answerPrefix = afterUser.substr(suffix);
    format.assistantPrefix = alike ? format.answerPrefix : turns[1].substr(suffix);
    if (alike)
      answerLead = turns[1].substr(afterUser.size());
    else if (format.assistantPrefix.empty() || !format.answerPrefix.starts_with(strip(format.assistantPrefix)))
      throw Irregular("puts another text before an earlier answer than it asks for a new one with");

    // The text between an answer and the next message ends with the user prefix, as does the text before the first
    // message.
    const auto ended = cut(render({first, answer}, false), {u1, a1});
    if (between.starts_with(ended[2]) && beforeUser.ends_with(between.substr(ended[2].size()))) {
      format.assistantSuffix = ended[2];
    } else { // what closes a conversation differs from what closes an answer: the longest text that both share
      const size_t shared = commonSuffix(beforeUser, between);
      format.assistantSuffix = between.substr(0, special.boundaryAfter(between, between.size() - shared));
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

  /// The conversation as the emitted program puts it together. The last message is the user's.
  std::string compose(const std::vector<Message> &messages) const {
    std::string text = messages[0].role == "system" ? "" : format.beforeFirst;
    for (const Message &message : messages) {
      const bool strips = message.role == "assistant" ? stripsAnswers : format.stripsContent;
      const std::string content = strips ? std::string(strip(message.content)) : message.content;
      if (message.role == "system")
        text += format.systemPrefix + content + format.systemSuffix;
      else if (message.role == "user")
        text += format.userPrefix + content + format.userSuffix;
      else
        text += format.assistantPrefix + answerLead + content + format.assistantSuffix;
    }
    return text + format.answerPrefix;
  }

  void findStripping() {
    const std::string padded = " \n one two\t ";
    findStripping({{"user", padded}}, format.stripsContent);
    findStripping({{"user", "one"}, {"assistant", padded}, {"user", "two"}}, stripsAnswers);
  }

  void findStripping(const std::vector<Message> &messages, bool &strips) const {
    const std::string rendered = render(messages, true);
    for (bool attempt : {false, true}) {
      strips = attempt;
      if (rendered == compose(messages))
        return;
    }
    throw Irregular("changes the text of a message");
  }

  /// Messages with spaces, line ends and markup: nothing but the pieces may come between them.
  void checkConversation(std::vector<Message> messages) const {
    for (const char *content :
         {"Hello, who are you?", "I am a bird.\n\nA small one!", "  \"How small\" <b>exactly</b>? ",
          "8 cm {{ or }} so\n", "Thanks; 谢谢", "42", "And {% now %}?"})
      messages.push_back({messages.empty() || messages.back().role != "user" ? "user" : "assistant", content});
    if (render(messages, true) != compose(messages))
      throw Irregular("does not print a longer conversation as the sum of its messages");
  }

  void findSystem() {
    const std::string s = "Weebill-system", u = "Weebill-first-user";
    const auto drop = [&](const std::string &reason) {
      format.systemPrefix.clear();
      format.systemSuffix.clear();
      format.systemProblem = reason;
    };
    try {
      const auto around = cut(render({{"system", s}, {"user", u}}, true), {s, u});
      if (!around[1].ends_with(format.userPrefix))
        throw Irregular("puts a system message inside the first user message");
      format.systemPrefix = around[0];
      format.systemSuffix = around[1].substr(0, around[1].size() - format.userPrefix.size());
      checkConversation({{"system", " \nAnswer briefly.\nAlways. "}});
    } catch (const TemplateError &error) {
      drop(shown(error.what()));
    } catch (const Irregular &error) {
      drop(std::string("the chat template ") + error.what());
    }
  }

  void findStopTokens() {
    const int32_t first = special.tokenAtStart(stripLeft(format.assistantSuffix));
    for (int32_t id : {tokenizer.end, first})
      if (id >= 0 && std::find(format.stopTokens.begin(), format.stopTokens.end(), id) == format.stopTokens.end())
        format.stopTokens.push_back(id);
  }

  const importer::TokenizerData &tokenizer;
  SpecialTokenSpans special;
  ChatTemplate chatTemplate;
  importer::ChatFormat format;
  // About answers, which the emitted program keeps as the model wrote them: these are for comparing with rendered text.
  bool stripsAnswers = false;
  std::string answerLead; // white space before answers that is left to the model when it is asked for one
};

} // namespace

DerivedChat deriveChatFormat(const std::string &source, const importer::TokenizerData &tokenizer,
                             const std::vector<std::pair<std::string, std::string>> &others,
                             const importer::TemplateInput &input) {
  const TemplateValues values = readTemplateValues(input);
  try {
    return {FormatFinder(source, tokenizer, others, values).find(), ""};
  } catch (const TemplateError &error) {
    return {std::nullopt, shown(std::string("the chat template is beyond what is supported: ") + error.what())};
  } catch (const Irregular &error) {
    return {std::nullopt, std::string("the chat template ") + error.what()};
  }
}

} // namespace weebill::chat
