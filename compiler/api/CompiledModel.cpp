//===- CompiledModel.cpp - A model and everything made of it --------------===//
//
// Tested by tests/unit/compiler/api/CompileTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/CompiledModel.h"

#include "codegen/emit/EmitFile.h"
#include "codegen/plan/CacheRooms.h"
#include "codegen/plan/CountParameters.h"
#include "codegen/report/ReuseText.h"
#include "codegen/text/EncodeText.h"
#include "codegen/weights/Pack.h"
#include "codegen/weights/SavedState.h"
#include "codegen/weights/Traffic.h"
#include "compiler/api/ChosenTargets.h"
#include "compiler/api/CompiledState.h"
#include "compiler/api/Lowering.h"
#include "compiler/api/ObservedTensors.h"
#include "compiler/api/ProgramSettings.h"
#include "compiler/api/ReportPage.h"
#include "compiler/api/Version.h"

namespace weebill::api {

namespace {

/// Bytes that nobody wants: the hash is what is looked for.
class Nowhere : public weights::ByteSink {
public:
  void write(const void *, size_t) override {}
  void rewriteBeginning(const void *, size_t) override {}
};

class InOrder : public weights::ByteSink {
public:
  explicit InOrder(const WriteBytes &next) : next(next) {}
  void write(const void *data, size_t bytes) override { next(data, bytes); }
  void rewriteBeginning(const void *, size_t) override {
    throw std::logic_error("bytes in order were to be written without their hash");
  }

private:
  const WriteBytes &next;
};

/// Halide names what it makes by counters that all threads share, and the printer's names come from them in order: one
/// thread at a time makes kernels.
std::mutex &kernelMutex() {
  static std::mutex mutex;
  return mutex;
}

/// A program without text is nothing that anybody should get without asking for it.
void requireTokenizer(const importer::ImportedModel &model, const CompileOptions &options) {
  if (!model.tokenizer && !model.tokenizerProblem.empty() && !options.withoutTokenizer)
    throw importer::InputError("'" + model.path + "': the model's tokenizer cannot be used: " + model.tokenizerProblem +
                               "; with --without-tokenizer the program takes and prints numbers of tokens");
}

Observer &nobody() {
  static Observer silent;
  return silent;
}

} // namespace

const CompileOptions &CompiledModel::options() const { return state->options; }
const importer::ImportedModel &CompiledModel::model() const { return state->model; }
std::string CompiledModel::tokenizerName() const { return importer::tokenizerName(model()); }
std::vector<importer::TextFact> CompiledModel::textFacts() const { return importer::textFacts(model()); }
const plan::ModelPlan &CompiledModel::plan() const { return state->plan; }
const weights::WeightsLayout &CompiledModel::layout() const { return state->layout; }
const std::vector<const targets::Target *> &CompiledModel::targets() const { return state->targets; }
const std::vector<std::string> &CompiledModel::passes() { return passFlags(); }

std::string CompiledModel::recipe() const { return state->quantization ? state->quantization->recipe : ""; }

std::vector<int32_t> CompiledModel::tokens(std::string_view text) const {
  if (!model().tokenizer)
    throw importer::InputError("'" + model().path + "': has no tokenizer that can be used" +
                               (model().tokenizerProblem.empty() ? "" : ": " + model().tokenizerProblem));
  std::vector<int32_t> ids;
  asInputError(model().path, [&] { ids = text::encodeText(model().tokenizer->kind, state->tokenizer, text); });
  return ids;
}

ModelSizes CompiledModel::sizes() const {
  ModelSizes sizes;
  sizes.parameters = plan::countParameters(plan());
  for (const weights::FieldLayout &field : layout().fields)
    sizes.weightBytes += field.bytes() * layout().copies(field);
  sizes.weightBytesPerToken = weights::weightBytesPerToken(plan(), layout());
  sizes.cacheBytesPerToken = weights::cacheBytesPerToken(plan());
  sizes.cacheBytes = weights::cacheBytes(plan(), plan().sizes.context);
  sizes.windowedVisits = plan::cacheRooms(plan()).windowed();
  sizes.memory = emit::memorySizes(plan(), layout());
  return sizes;
}

std::vector<std::string> CompiledModel::sharing(const targets::Target &target, const targets::Caches &caches) const {
  return report::reuseLines(plan(), target, layout(), caches);
}

importer::ImportedModel CompiledModel::State::storedModel(Observer &observer) const {
  const importer::ImportedModel observed = observedModel(model, *options.rotation, observer);
  return quantization ? quantization->of(observed) : observed;
}

uint64_t CompiledModel::State::pack(weights::WeightsLayout &laidOut, weights::ByteSink &sink,
                                    Observer &observer) const {
  requireTokenizer(model, options); // here and not in compile(): such a model can still be looked at
  observer.step("weights");
  const importer::ImportedModel observed = storedModel(observer);
  weights::WeightSources sources;
  sources.readRows = [&](const std::string &tensor, int64_t first, int64_t count, float *out) {
    observed.source->readRows(tensor, first, count, out);
  };
  sources.readBlocks = [&](const std::string &tensor, const char *type, int64_t first, int64_t count, uint8_t *out) {
    observed.source->readBlocks(tensor, type, first, count, out);
  };
  if (!tokenizer.empty())
    sources.sections["tokenizer"] = tokenizer;
  sources.progress = [&](int64_t done, int64_t of) {
    stopIfCancelled(observer);
    observer.progress(done, of);
  };
  if (const auto body = openingBody(observer)) {
    laidOut.openingHash = weights::savedStateHash(*body);
    sources.opening = [this, body](uint64_t hash) {
      std::vector<uint8_t> whole =
          weights::savedStateHeader(int64_t(opening.size()), *body, hash, weights::stateHash(plan, kWeebillVersion));
      whole.insert(whole.end(), body->begin(), body->end());
      return whole;
    };
  }
  asInputError(model.path, [&] { weights::packWeights(plan, laidOut, sources, sink); });
  std::lock_guard<std::mutex> lock(mutex);
  contentHash = laidOut.contentHash;
  return laidOut.contentHash;
}

weights::WeightsLayout CompiledModel::State::hashedLayout(Observer &observer) const {
  weights::WeightsLayout hashed = layout;
  {
    std::lock_guard<std::mutex> lock(mutex);
    hashed.contentHash = contentHash;
  }
  if (!hashed.contentHash) {
    Nowhere nowhere;
    pack(hashed, nowhere, observer);
  } else if (const auto body = openingBody(observer)) {
    hashed.openingHash = weights::savedStateHash(*body);
  }
  return hashed;
}

std::shared_ptr<const std::vector<uint8_t>> CompiledModel::State::openingBody(Observer &observer) const {
  if (opening.empty())
    return nullptr;
  std::lock_guard<std::mutex> lock(openingMutex);
  if (!computedOpening) {
    observer.step("system prompt");
    const importer::ImportedModel stored = storedModel(observer);
    computedOpening = std::make_shared<const std::vector<uint8_t>>(
        weights::savedStateBody(plan, opening, cacheAfter(opening, stored, options, equal, observer)));
  }
  return computedOpening;
}

emit::ProgramSettings CompiledModel::State::settings() const {
  emit::ProgramSettings settings = programSettings(model);
  settings.embedWeights = options.embedWeights;
  settings.systemPrompt = options.systemPrompt;
  settings.recipe = recipeText(options);
  settings.sharing = report::reuseLines(plan, *targets.front(), layout, caches);
  return settings;
}

std::shared_ptr<const EmittedFile> CompiledModel::State::emittedFile(Observer &observer) const {
  const weights::WeightsLayout hashed = hashedLayout(observer);
  stopIfCancelled(observer);
  std::lock_guard<std::mutex> lock(kernelMutex());
  if (!emitted) {
    auto file = std::make_shared<EmittedFile>();
    asInputError(model.path, [&] { file->source = emit::emitFile(plan, targets, hashed, settings(), &file->kernels); });
    emitted = file;
  }
  return emitted;
}

void CompiledModel::writeWeights(weights::ByteSink &sink, Observer &observer) const {
  weights::WeightsLayout unknown = state->layout; // so that the hash is found, not trusted
  state->pack(unknown, sink, observer);
}

void CompiledModel::writeWeights(const WriteBytes &write, Observer &observer) const {
  weights::WeightsLayout hashed = state->hashedLayout(observer);
  InOrder sink(write);
  state->pack(hashed, sink, observer);
}

std::string CompiledModel::source(Observer &observer) const { return state->emittedFile(observer)->source; }

std::string CompiledModel::header(Observer &observer) const {
  return emit::emitHeader(plan(), state->hashedLayout(observer), state->settings());
}

std::string CompiledModel::report(Observer &observer) const {
  return reportPage(plan(), state->hashedLayout(observer), targets(), state->emittedFile(observer)->kernels,
                    state->caches);
}

void CompiledModel::writeWeights(const WriteBytes &write) const { writeWeights(write, nobody()); }
std::string CompiledModel::source() const { return source(nobody()); }
std::string CompiledModel::header() const { return header(nobody()); }
std::string CompiledModel::report() const { return report(nobody()); }

void CompiledModel::productErrors(const std::vector<int32_t> &tokens, Observer &observer,
                                  const std::function<void(const reference::ProductError &)> &each) const {
  const importer::ImportedModel floats = observedModel(model(), *options().rotation, observer);
  observeProducts(tokens, state->storedModel(observer), *floats.source, options(), state->equal, observer, each);
}

std::string CompiledModel::ir(std::string_view afterPass) const {
  return irAfter(afterPass, state->storedModel(nobody()), options(), state->equal);
}

} // namespace weebill::api
