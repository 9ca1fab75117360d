//===- Compile.cpp - The compiler as a function ---------------------------===//
//
// Tested by tests/unit/compiler/api/CompileTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/Compile.h"

#include "codegen/weights/SavedState.h"
#include "compiler/api/ChosenTargets.h"
#include "compiler/api/CompiledState.h"
#include "compiler/api/EqualTensors.h"
#include "compiler/api/Numbers.h"
#include "compiler/api/ObservedTensors.h"
#include "compiler/api/Opening.h"
#include "compiler/api/TokenizerSection.h"

namespace weebill::api {

namespace {

/// The file's tables of the tokenizer and the place of every array.
void layOut(const importer::ImportedModel &model, const plan::ModelPlan &plan, std::vector<uint8_t> &tokenizer,
            weights::WeightsLayout &layout) {
  std::vector<weights::ExtraSection> extra;
  if (model.tokenizer) {
    try {
      tokenizer = tokenizerSection(*model.tokenizer);
    } catch (const std::runtime_error &refused) {
      throw importer::InputError("'" + model.path + "': " + refused.what());
    }
    extra.push_back({"tokenizer", int64_t(tokenizer.size())});
  }
  asInputError(model.path, [&] { layout = weights::layOutWeights(plan, extra); });
}

/// Weights in the binary must be within reach of its code: two gigabytes and no more lie between an instruction and
/// what it names.
void requireThatWeightsFit(const importer::ImportedModel &model, int64_t bytes) {
  constexpr int64_t most = int64_t(1900) << 20;
  if (bytes > most)
    throw importer::InputError("'" + model.path + "': --embed-weights takes " + bytesText(most) +
                               " at most, these are " + bytesText(bytes) + ": leave them in a file of their own");
}

void noteWhatIsMissing(const importer::ImportedModel &model, Observer &observer) {
  if (model.randomSeed)
    observer.note("the weights are random, from seed " + std::to_string(*model.randomSeed) +
                  ": for measuring, the program's tokens mean nothing");
  for (const std::string &note : model.notes)
    observer.note(note);
  if (!model.tokenizerProblem.empty())
    observer.note("the program has no tokenizer and takes --tokens only: " + model.tokenizerProblem);
  if (!model.chat && !model.chatProblem.empty())
    observer.note("the program has no --chat: " + model.chatProblem);
}

} // namespace

CompiledModel compile(const importer::ImportedModel &model, const CompileOptions &options, Observer &observer) {
  auto state = std::make_shared<CompiledModel::State>();
  state->options = options.completed(model);
  state->targets = chosenTargets(state->options);
  state->caches = chosenCaches(state->options);
  state->model = model;
  state->model.name = state->options.name;
  observer.step("plan");
  stopIfCancelled(observer);
  const importer::ImportedModel observed =
      observedModel(state->model, state->options.rotation == Rotation::Folded, observer);
  if (!model.randomSeed) // random weights have no copies, and looking for them would make many rows
    state->equal = findEqualTensors(*observed.source);
  state->plan = planOf(observed, state->options, state->equal);
  layOut(state->model, state->plan, state->tokenizer, state->layout);
  if (!state->options.systemPrompt.empty()) {
    state->opening =
        openingTokens(state->options.systemPrompt, state->model, state->tokenizer, *state->options.context);
    weights::layOutOpening(state->layout, weights::savedStateBytes(state->plan, int64_t(state->opening.size())));
  }
  if (options.embedWeights)
    requireThatWeightsFit(state->model, state->layout.fileBytes);
  stopIfCancelled(observer);
  noteWhatIsMissing(state->model, observer);
  if (const std::string note = slowTargetNote(state->options); !note.empty())
    observer.note(note);
  return CompiledModel(state);
}

CompiledModel compile(const CompileOptions &options, Observer &observer) {
  chosenTargets(options); // what is wrong with the options is told before a long file is read
  observer.step("read " + options.model);
  stopIfCancelled(observer);
  return compile(importer::importModel(options.model, {options.withoutTokenizer, [&] { stopIfCancelled(observer); },
                                                       options.ignoredFields, options.chat}),
                 options, observer);
}

} // namespace weebill::api
