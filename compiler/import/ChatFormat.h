//===- ChatFormat.h - What a chat looks like as text ------------*- C++ -*-===//
//
// Pieces of text around messages, found in a chat template at build time (chat/DeriveChatFormat.h). Tested by
// tests/unit/compiler/import/DeriveChatFormatTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_CHATFORMAT_H
#define WEEBILL_COMPILER_IMPORT_CHATFORMAT_H

#include <cstdint>
#include <string>
#include <vector>

namespace weebill::importer {

/// White space that a template takes away from what is said.
enum class Strip { Nothing, LineEndsBefore, LineEnds, SpacesBefore, SpacesAfter, Spaces };
inline constexpr Strip kStrips[] = {Strip::Nothing,      Strip::Spaces,      Strip::LineEndsBefore,
                                    Strip::SpacesBefore, Strip::SpacesAfter, Strip::LineEnds};
/// As emitted programs call it (runtime/strip_spaces.h).
std::string nameOf(Strip strip);

/// What becomes of an answer as soon as something is said after it.
struct AnswerChange {
  Strip strip = Strip::Nothing;
  /// Then what stands before the last of these goes, and it too: "</think>". Empty: nothing does.
  std::string thoughtEnd;
  Strip stripAfterThought = Strip::Nothing; // then, if something went
};

/// Whether an answer that a tool's follows keeps its thought: no, it changes as others do; as long as the user says
/// nothing after it; always.
enum class KeptThoughts { None, UntilUser, Always };
/// By which bindings call it.
std::string nameOf(KeptThoughts kept);

/// How a template writes calls of tools that are given apart from an answer's text: as if the model had written
///   prefix name middle arguments suffix
/// with `between` between two of them.
struct CallTexts {
  std::string prefix, middle, suffix, between;
  std::string afterText; // between a text and the first call
  bool many = false;     // several calls in one answer
  bool withText = false; // beside a text
  std::string problem;   // why calls cannot be written; empty if they can
};

/// What the template puts around the answers of tools, which stand in the place of a user's turn: those in a row are
///   prefix answer (between again answer)... suffix
/// and tokens may be cut where `between` and `again` meet. Before them the model's answer ends with answerSuffix,
/// behind them the user begins with userPrefix.
struct ToolTexts {
  std::string answerSuffix, prefix, suffix, userPrefix, between, again;
  Strip strip = Strip::Nothing;
  bool inJson = false; // the answer is escaped as in a JSON string, whose quotes are in the pieces
  KeptThoughts kept = KeptThoughts::None;
  std::string thoughtBegin; // of a kept one: "<think>"; one with nothing behind it is no thought
  std::string noThought;    // what stands before an answer in the place of a kept one, if it has none
  CallTexts calls;
  std::string problem;         // why there is no role for tools; empty if there is
  std::string thoughtsProblem; // what the template does to thoughts before a tool's answer and the program does not
};

/// What the template puts around messages, evaluated at build time. A conversation is the text
///   beforeFirst, or systemPrefix system systemSuffix, then for each turn
///   userPrefix user userSuffix assistantPrefix answer assistantSuffix
/// with answerPrefix in the place of assistantPrefix before an answer that the model is asked for, and
/// userPrefixAfterSystem in that of userPrefix behind a system message. It is complete: the beginning token is in it
/// where the template wants it, no other is added. Texts of special tokens inside the pieces stand for the tokens.
struct ChatFormat {
  /// Before everything, when the first message is the user's: the beginning token, a default system message.
  std::string beforeFirst;
  std::string userPrefix, userSuffix, assistantPrefix, assistantSuffix, systemPrefix, systemSuffix;
  std::string userPrefixAfterSystem; // empty where a system message stands inside the first user message
  std::string answerPrefix;          // may open a thought, which is not there before an earlier answer
  Strip systemStrip = Strip::Nothing, userStrip = Strip::Nothing, userStripAfterSystem = Strip::Nothing;
  AnswerChange answers;
  ToolTexts tools;
  std::vector<int32_t> stopTokens; // an answer ends with one of these: the end, and what the template closes it with
  std::string systemProblem;       // why a conversation cannot begin with a system message; empty if it can
  std::string answersProblem;      // what the template does to earlier answers and the program does not; empty: nothing
  std::string given; // what the template was given beside messages, in words; empty: nothing that it asked for
};

/// Whether an answer stands otherwise in a conversation that goes on than in the cache.
bool changesAnswers(const ChatFormat &format);

} // namespace weebill::importer

#endif // WEEBILL_COMPILER_IMPORT_CHATFORMAT_H
