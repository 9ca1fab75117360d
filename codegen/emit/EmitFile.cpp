//===- EmitFile.cpp - The emitted C++ file --------------------------------===//

#include "codegen/emit/EmitFile.h"

#include "codegen/emit/Contents.h"
#include "codegen/emit/FitLines.h"
#include "codegen/emit/Interface.h"
#include "codegen/emit/Sections.h"
#include "codegen/emit/Template.h"

#include <algorithm>

namespace weebill::emit {

static bool hasHalves(const plan::ModelPlan &plan) {
  return std::any_of(plan.weights.begin(), plan.weights.end(),
                     [](const plan::WeightPlan &weight) { return weight.format->hasElements("f16"); });
}

static std::string changesOfTools(const ToolChat &tools) {
  return !tools.hasRole ? ""
                        : fill(R"(
  static constexpr Strip kTool = Strip::$strip;
  static constexpr bool kToolInJson = $in_json, kKeptAlways = $always;
  static constexpr std::string_view kKeptThoughtBegin = $begin, kKeptThoughtEnd = $end; // in answers before a tool's)",
                               {{"strip", tools.strip},
                                {"in_json", tools.inJson ? "true" : "false"},
                                {"always", tools.keptAlways ? "true" : "false"},
                                {"begin", stringLiteral(tools.keptThoughtBegin)},
                                {"end", stringLiteral(tools.keptThoughtEnd)}});
}

/// A model without a tokenizer carries nothing of text.
static std::string chatChanges(const ChatChanges &changes, const ToolChat &tools) {
  const std::string ofAnswers = fill(R"(
  static constexpr Strip kAnswer = Strip::$answer, kAfterThought = Strip::$after_thought;
  static constexpr std::string_view kThoughtEnd = $thought_end;)",
                                     {{"answer", changes.answer},
                                      {"after_thought", changes.afterThought},
                                      {"thought_end", stringLiteral(changes.thoughtEnd)}});
  return fill(R"(// What the chat template takes away from what is said.
struct ChatChanges {
  static constexpr Strip kSystem = Strip::$system, kUser = Strip::$user, kUserAfterSystem = Strip::$user_after_system;$of_answers$of_tools
};

)",
              {{"system", changes.system},
               {"user", changes.user},
               {"user_after_system", changes.userAfterSystem},
               {"of_answers", changes.changesAnswers ? ofAnswers : ""},
               {"of_tools", changesOfTools(tools)}});
}

static std::string programSection(const ProgramSettings &settings, Pasted &pasted) {
  const bool text = settings.hasTokenizer;
  return (text ? pasted.pasteAll(tokenizerHeaders(settings.tokenizer)) + tokenizerKind(settings.tokenizer) + "\n"
               : pasted.pasteAll({"utf8.h", "no_tokenizer.h"})) +
         pasted.pasteAll({"output.h", "whole_characters.h", "sampler.h", "log_likelihood.h", "replaced_file.h", "npy.h",
                          "options.h", "option_hints.h", "parse_options.h", "benchmark.h", "stop_strings.h",
                          "token_buffer.h", "state_check.h",
                          settings.systemPrompt.empty() ? "no_opening_state.h" : "opening_state.h", "conversation.h",
                          "saved_state.h", "answer_printer.h", "interrupt.h", "session.h"}) +
         (text ? pasted.paste("strip_spaces.h") + chatChanges(settings.chatChanges, settings.chatTools) +
                     pasted.pasteAll({settings.chatTools.hasRole ? "tool_turns.h" : "no_tool_turns.h",
                                      settings.chatChanges.changesAnswers ? "earlier_answer.h" : "answers_as_given.h",
                                      "turns.h", "line_reader.h", "platform/terminal.h", "edited_text.h",
                                      "typed_lines.h", "line_history.h", "line_editor.h", "chat.h", "perplexity.h",
                                      "text_commands.h"})
               : pasted.paste("no_text_commands.h")) +
         pasted.pasteAll({"read_text.h", "slow_target.h", "no_unwinding.h", "plain_terminate.h", "program.h"});
}

/// The functions of NAME.h are a library's interface, also under -fvisibility=hidden.
static std::string exported(const std::string &functions) {
  return "#if !defined(_WIN32)\n#pragma GCC visibility push(default)\n#endif\n" + functions +
         "#if !defined(_WIN32)\n#pragma GCC visibility pop\n#endif\n\n";
}

std::string emitFile(const plan::ModelPlan &plan, const std::vector<const targets::Target *> &targets,
                     const weights::WeightsLayout &layout, const ProgramSettings &settings,
                     std::vector<KernelNote> *kernels) {
  Pasted pasted;
  pasted.need({"<algorithm>", "<cstring>", "<vector>"});
  std::string body = "namespace {\n\n" + pasted.paste("types.h");
  body += ruler("sizes") + sizesSection(plan, targets, layout, settings);
  body += ruler("memory and threads") + pasted.pasteAll({"fail.h",
                                                         "content_hash.h",
                                                         "platform/platform.h",
                                                         "platform/interrupts.h",
                                                         "platform/cgroup.h",
                                                         "platform/posix.h",
                                                         "platform/wasi.h",
                                                         "platform/windows.h",
                                                         "platform/cpu.h",
                                                         "mapped_file.h",
                                                         "zeroed_memory.h",
                                                         "file_copy.h",
                                                         "saved_state_header.h",
                                                         "weights_file.h",
                                                         "arithmetic.h",
                                                         "barrier.h",
                                                         "parts.h",
                                                         "worker.h",
                                                         "threads.h",
                                                         "attendance.h",
                                                         "cancellation.h"});
  const std::string halves = pasted.paste("vectors/portable.h"); // where they are needed first
  body += ruler("weights") + (hasHalves(plan) ? halves : "") + weightsSection(plan, layout) + "\n";
  body += ruler("state") + (hasHalves(plan) ? "" : halves) + stateSection(plan, pasted);
  for (const targets::Target *target : targets) {
    TargetText text = targetSection(plan, *target);
    pasted.needIf(target->guard.empty() ? "" : "defined(" + target->guard + ")", text.includes);
    body += text.body;
    if (kernels)
      kernels->insert(kernels->end(), text.kernels.begin(), text.kernels.end());
  }
  body += ruler("step") + modelSection(plan, targets, pasted) + weightsPlace(plan, settings, pasted);
  body += ruler("program") + programSection(settings, pasted);
  body += ruler("interface") +
          pasted.pasteAll(
              {"about.h", "outcome.h", "open_model.h", "guarded_conversation.h", "instance_states.h", "instance.h"}) +
          "} // namespace\n\n" + exported(fitLines(withPrefix(pasted.paste("interface.h"), plan.name)));
  body +=
      "#if !defined(WEEBILL_NO_MAIN)\nint main(int argc, char **argv) { return run_program(argc, argv); }\n#endif\n\n";
  const Requirements needed = requirements();
  return withContents(headerComment(plan, targets, layout, settings),
                      needed.checks + pasted.includeLines() + needed.arithmetic + body + needed.end);
}

} // namespace weebill::emit
