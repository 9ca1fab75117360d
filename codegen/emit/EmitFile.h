//===- EmitFile.h - The emitted C++ file -------------------------*- C++ -*-===//
//
// Sections in reading order: what it is, sizes, weights, vectors, kernels, layer, step, program. Tested by
// tests/emitted/test_golden.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_EMIT_EMITFILE_H
#define WEEBILL_CODEGEN_EMIT_EMITFILE_H

#include "codegen/emit/KernelNote.h"
#include "codegen/plan/ModelPlan.h"
#include "codegen/targets/Target.h"
#include "codegen/weights/Layout.h"
#include "codegen/weights/TokenizerKind.h"

#include <cstdint>
#include <string>
#include <vector>

namespace weebill::emit {

/// How tokens are chosen where the user says nothing: greedily, unless the model's file recommends something.
struct SamplingDefaults {
  float temperature = 0;
  int32_t topK = 0;
  float topP = 1, minP = 0, repeatPenalty = 1;
};

/// What the chat template changes of what is said. Words of `enum class Strip` (runtime/strip_spaces.h).
struct ChatChanges {
  std::string system = "Nothing", user = "Nothing", userAfterSystem = "Nothing", answer = "Nothing",
              afterThought = "Nothing";
  std::string thoughtEnd;      // what stands before it in an answer goes as soon as something is said after it
  bool changesAnswers = false; // the last three, or the text before answers
};

/// What stands around answers of tools, if the chat template has a role for them.
struct ToolChat {
  bool hasRole = false;
  std::string answerSuffix, prefix, suffix, userPrefix, between, again;
  std::string strip = "Nothing"; // a word of `enum class Strip`
  bool inJson = false;           // answers are escaped as in JSON
  bool keptAlways = false;       // the thoughts below stay for ever; otherwise until the user speaks again
  std::string noThought;         // in the place of one
  std::string keptThoughtBegin, keptThoughtEnd; // of thoughts that stay before a tool's answer; empty: none does
};

/// What the program needs besides the plan: texts of the chat template (evaluated by the importer), ids, names.
struct ProgramSettings {
  std::string version;              // "0.1.0"
  bool hasTokenizer = false;        // the weights file has a section "tokenizer"
  weights::TokenizerKind tokenizer; // whose code the program carries
  bool hasChat = false;
  int32_t beginningToken = -1;     // -1: none
  std::vector<int32_t> beforeText; // tokens that stand before every text
  std::vector<int32_t> stopTokens;
  SamplingDefaults sampling;
  std::string chatBeforeFirst, chatUserPrefixAfterSystem, chatSystemPrefix, chatSystemSuffix, chatUserPrefix,
      chatUserSuffix, chatAssistantPrefix, chatAssistantSuffix, chatAnswerPrefix;
  std::string chatGiven; // what the template was given beside messages, for people
  ChatChanges chatChanges;
  ToolChat chatTools;
  std::string chatSystemProblem;    // why --system cannot be; empty if it can
  std::string recipe;               // options of weebill that decide the numbers: "--weights int8 --cache f16"
  std::string title, license;       // what the model file says of itself
  std::vector<std::string> sharing; // for the opening comment: what visits of shared blocks find in the caches
  std::string systemPrompt;         // of chats, whose state is behind the weights; empty: there is none
  bool embedWeights = false;        // into the binary, instead of a file beside it
};

/// The whole file, UTF-8. Same input, same bytes. Several targets, the most able first: the program takes the first
/// that the CPU has. `kernels`, if given, receives what there is to tell of them. Throws std::invalid_argument when a
/// kernel cannot serve a shape of the plan.
std::string emitFile(const plan::ModelPlan &plan, const std::vector<const targets::Target *> &targets,
                     const weights::WeightsLayout &layout, const ProgramSettings &settings,
                     std::vector<KernelNote> *kernels = nullptr);

/// NAME.h: the C interface of that file.
std::string emitHeader(const plan::ModelPlan &plan, const weights::WeightsLayout &layout,
                       const ProgramSettings &settings);

} // namespace weebill::emit

#endif // WEEBILL_CODEGEN_EMIT_EMITFILE_H
