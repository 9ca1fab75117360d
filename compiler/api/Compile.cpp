//===- Compile.cpp - The compiler as a function ---------------------------===//
//
// Tested by tests/unit/compiler/api/CompileTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/Compile.h"

#include "codegen/weights/SavedState.h"
#include "codegen/weights/TokenizerTables.h"
#include "compiler/api/ChosenTargets.h"
#include "compiler/api/CompiledState.h"
#include "compiler/api/EqualTensors.h"
#include "compiler/api/FileCodes.h"
#include "compiler/api/Numbers.h"
#include "compiler/api/ObservedTensors.h"
#include "compiler/api/Opening.h"
#include "compiler/import/rotate/RotateModel.h"

namespace weebill::api {

namespace {

/// The file's tables of the tokenizer and the place of every array.
void layOut(const importer::ImportedModel &model, const plan::ModelPlan &plan, std::vector<uint8_t> &tokenizer,
            weights::WeightsLayout &layout) {
  std::vector<weights::ExtraSection> extra;
  if (model.tokenizer) {
    try {
      tokenizer = weights::buildTokenizerTables(*model.tokenizer);
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

/// int8 rounds the residual stream as it is where a model allows no rotation: that costs accuracy, and nobody asked.
void noteRotationLeftOut(const CompileOptions &options, importer::ImportedModel &model) {
  const std::string problem = rotate::rotationProblem(model.architecture);
  if (options::turnsStream(*options.rotation) && !problem.empty())
    model.notes.push_back("the residual stream is rounded to int8 without a rotation: " + problem);
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

void CompiledModel::State::makePlan(Observer &observer) {
  const importer::ImportedModel observed = observedModel(model, *options.rotation, observer);
  if (!model.randomSeed) // random weights have no copies, and looking for them would make many rows
    equal = findEqualTensors(*observed.source);
  asInputError(model.path, [&] { quantization = quantize(options, observed, equal, observer); });
  plan = planOf(quantization ? quantization->of(observed) : observed, options, equal);
  layOut(model, plan, tokenizer, layout);
}

void CompiledModel::State::makePlanKeepingCodes(const CompileOptions &given, Observer &observer) {
  const std::string codes = codesOfMatrices(model);
  try {
    makePlan(observer);
    observer.note("the matrices keep the file's own codes, " + codes + "; --weights int8 would round them again");
  } catch (const importer::InputError &problem) {
    CompileOptions again = given;
    again.weights = WeightFormat::Int8;
    again.name = options.name;
    options = again.completed(model);
    makePlan(observer);
    observer.note("the matrices are rounded to int8, because not all codes of the file can be kept: " +
                  std::string(problem.what()));
  }
}

CompiledModel compile(const importer::ImportedModel &model, const CompileOptions &options, Observer &observer) {
  auto state = std::make_shared<CompiledModel::State>();
  state->options = options.completed(model);
  state->targets = chosenTargets(state->options);
  state->caches = chosenCaches(state->options);
  state->model = model;
  state->model.name = state->options.name;
  observer.step("plan");
  stopIfCancelled(observer);
  if (!options.weights && !options.activations && state->options.weights == WeightFormat::Keep)
    state->makePlanKeepingCodes(options, observer);
  else
    state->makePlan(observer);
  if (!state->options.systemPrompt.empty()) {
    state->opening =
        openingTokens(state->options.systemPrompt, state->model, state->tokenizer, *state->options.context);
    weights::layOutOpening(state->layout, weights::savedStateBytes(state->plan, int64_t(state->opening.size())));
  }
  if (options.embedWeights)
    requireThatWeightsFit(state->model, state->layout.fileBytes);
  stopIfCancelled(observer);
  noteRotationLeftOut(state->options, state->model);
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
