//===- FindToolCalls.cpp - How a template writes calls of tools -----------===//
//
// Tested by tests/unit/compiler/import/ToolCallsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/FindToolCalls.h"

#include "compiler/import/chat/ComposeChat.h"
#include "compiler/import/chat/JsonText.h"

#include <algorithm>

namespace weebill::chat {

std::string textWithCalls(const importer::ChatFormat &format, const Message &message) {
  const importer::CallTexts &calls = format.tools.calls;
  const std::string afterText = changedAnswer(format.answers, message.content).empty() ? "" : calls.afterText;
  std::string text = message.content;
  for (size_t index = 0; index < message.calls.size(); ++index) {
    const ToolCall &call = message.calls[index];
    text.append(index > 0 ? calls.between : afterText).append(calls.prefix);
    text.append(call.name).append(calls.middle);
    appendJson(call.arguments, text);
    text.append(calls.suffix);
  }
  return text;
}

namespace {

class CallFinder {
public:
  CallFinder(const ProbedTemplate &probed, importer::ChatFormat &format)
      : probed(probed), format(format), calls(format.tools.calls) {}

  void find() {
    findPieces();
    if (!prints({"assistant", "", {plain}}) || !prints({"assistant", "", {odd}}))
      throw Irregular("prints calls of tools in a form of its own");
    calls.many = finds([&] { findBetween(); }, {{"assistant", "", {plain, odd, empty}}});
    std::vector<Message> beside = {{"assistant", "I look it up.", {plain}}};
    if (!format.tools.thoughtBegin.empty())
      for (const char *text : {"", "Both:"})
        beside.push_back(
            {"assistant", format.tools.thoughtBegin + "\nHm.\n" + format.answers.thoughtEnd + "\n\n" + text, {odd}});
    if (calls.many)
      beside.push_back({"assistant", "Both:", {odd, plain}});
    calls.withText = finds([&] { findAfterText(); }, beside);
  }

private:
  std::string render(const Message &answer) const { return probed.render({user, answer, result}); }

  /// The texts around these, each of which is printed, in this order.
  static std::vector<std::string> around(std::string_view text, const std::vector<std::string> &parts) {
    std::vector<std::string> pieces;
    for (const std::string &part : parts) {
      const size_t found = text.find(part);
      if (found == text.npos)
        throw Irregular("leaves out or changes calls of tools");
      pieces.emplace_back(text.substr(0, found));
      text.remove_prefix(found + part.size());
    }
    pieces.emplace_back(text);
    return pieces;
  }

  static std::string argumentsOf(const ToolCall &call) {
    std::string text;
    appendJson(call.arguments, text);
    return text;
  }

  void findPieces() {
    const auto pieces =
        around(render({"assistant", "", {plain}}), {user.content, plain.name, argumentsOf(plain), result.content});
    const std::string before = format.userSuffix + format.assistantPrefix;
    const std::string after = format.tools.answerSuffix + format.tools.prefix;
    if (!pieces[1].starts_with(before) || !pieces[3].ends_with(after))
      throw Irregular("opens or closes an answer otherwise where it calls a tool");
    calls.prefix = pieces[1].substr(before.size());
    calls.middle = pieces[2];
    calls.suffix = pieces[3].substr(0, pieces[3].size() - after.size());
  }

  void findBetween() {
    const auto pieces = around(render({"assistant", "", {plain, odd}}), {argumentsOf(plain), odd.name});
    if (!pieces[1].starts_with(calls.suffix) || !pieces[1].ends_with(calls.prefix) ||
        pieces[1].size() < calls.suffix.size() + calls.prefix.size())
      throw Irregular("prints the second call of a tool in a form of its own");
    calls.between = pieces[1].substr(calls.suffix.size(), pieces[1].size() - calls.suffix.size() - calls.prefix.size());
  }

  void findAfterText() {
    const auto pieces = around(render({"assistant", "Weebill-text", {plain}}), {"Weebill-text", plain.name});
    if (!pieces[1].ends_with(calls.prefix))
      throw Irregular("prints a call of a tool beside a text in a form of its own");
    calls.afterText = pieces[1].substr(0, pieces[1].size() - calls.prefix.size());
  }

  template <class Find> bool finds(Find &&find, const std::vector<Message> &answers) const {
    try {
      find();
      return std::all_of(answers.begin(), answers.end(), [&](const Message &answer) { return prints(answer); });
    } catch (const TemplateError &) {
      return false;
    } catch (const Irregular &) {
      return false;
    }
  }

  /// Whether the template makes of an answer with calls what it makes of one that has them in its text.
  bool prints(const Message &answer) const {
    const Message written{"assistant", textWithCalls(format, answer)}, more{"user", "And now?"};
    return render(answer) == compose(format, {user, written, result}) &&
           probed.render({user, answer, result, {"assistant", "Done."}, more, answer, result}) ==
               compose(format, {user, written, result, {"assistant", "Done."}, more, written, result});
  }

  const ProbedTemplate &probed;
  importer::ChatFormat &format;
  importer::CallTexts &calls;
  const Message user{"user", "Weebill-user"}, result{"tool", "Weebill-result"};
  const ToolCall plain{"Weebill-name", Value::dictionary({{"Weebill-key", Value::string("Weebill-value")}})};
  const ToolCall empty{"g", Value::dictionary({})};
  const ToolCall odd{"Weebill_odd", Value::dictionary({{"text", Value::string("a \"b\"\n<é> 谢")},
                                                       {"number", Value::number(-3)},
                                                       {"list", Value::listOf({Value::boolean(true), Value::none()})},
                                                       {"inside", Value::dictionary({{"x", Value::number(1)}})}})};
};

} // namespace

void findToolCalls(const ProbedTemplate &probed, importer::ChatFormat &format) { CallFinder(probed, format).find(); }

} // namespace weebill::chat
