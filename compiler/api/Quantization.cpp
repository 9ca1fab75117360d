//===- Quantization.cpp - Floats that become codes in groups --------------===//
//
// Tested by tests/unit/compiler/api/QuantizationTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/Quantization.h"

#include "compiler/api/CalibrationText.h"
#include "compiler/api/FileBeginning.h"
#include "compiler/frontend/BuildModel.h"
#include "compiler/quantize/Budget.h"
#include "compiler/quantize/Calibrate.h"
#include "compiler/quantize/Sensitivity.h"

#include "mlir/IR/MLIRContext.h"

#include <cstdio>

namespace weebill::api {

namespace {

constexpr double kUsualBits = 5.6;
constexpr int64_t kMeasuredSequences = 4;          // of the text, to weigh errors on
constexpr size_t kLongestRecipe = size_t(1) << 20; // bytes; what is longer is cut, and so no recipe

/// Weights that are rounded to groups: what the matrices of blocks become, and what that costs a model of 135 million
/// weights (docs/quantization.md).
struct Rounding {
  WeightFormat weights;
  const char *format;             // null: several
  const char *plain, *calibrated; // divergence
};

constexpr Rounding kRoundings[] = {
    {WeightFormat::Int4, "q4_1", "0.37", "0.07"},
    {WeightFormat::Int5, "q5_0", "0.10", "0.02"},
    {WeightFormat::Int6, "q6_0", "0.03", "0.01"},
    {WeightFormat::Mixed, nullptr, "0.06", "0.02"},
};

const Rounding &roundingOf(WeightFormat weights) {
  for (const Rounding &rounding : kRoundings)
    if (rounding.weights == weights)
      return rounding;
  throw std::logic_error("no rounding for " + wordOf(weights));
}

/// A text that the model is run over before anything is rounded; empty: none is given.
struct Calibrating {
  Calibrating(const CompileOptions &options, const importer::ImportedModel &model, Observer &observer)
      : text(options.calibration.empty() ? Sequences() : calibrationText(options.calibration, model)), model(model),
        observer(observer) {
    if (isThere())
      module = frontend::buildModel(context, model);
  }

  bool isThere() const { return !text.tokens.empty(); }

  /// Tells how far it is, as a step of its own.
  std::function<void(int64_t done, int64_t of)> step(std::string_view name) const {
    observer.step(name);
    return [this](int64_t done, int64_t of) {
      stopIfCancelled(observer);
      observer.progress(done, of);
    };
  }

  quantize::RoundingErrors errors() const {
    return quantize::roundingErrors(*module, *model.source, quantize::someOf(text, kMeasuredSequences),
                                    step("sensitivity"));
  }

  std::shared_ptr<const quantize::FoundBlocks> blocks(const quantize::Formats &formats,
                                                      const EqualTensors &equal) const {
    quantize::Calibration calibration{.formats = formats, .text = text, .copies = {}, .progress = step("calibrate")};
    for (const auto &[first, copy] : equal)
      calibration.copies[copy] = first;
    return std::make_shared<quantize::FoundBlocks>(quantize::calibrate(*module, *model.source, calibration).blocks);
  }

private:
  const Sequences text;
  const importer::ImportedModel &model;
  Observer &observer;
  mlir::MLIRContext context{mlir::MLIRContext::Threading::DISABLED};
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

quantize::Formats formatsFor(const CompileOptions &options, const importer::TensorSource &source,
                             const Calibrating &text) {
  if (!options.recipe.empty())
    return quantize::parseRecipe(options.recipe, beginningOfFile("--recipe", options.recipe, kLongestRecipe), source);
  if (const char *format = roundingOf(*options.weights).format)
    return quantize::uniformFormats(source, *quantize::findGroupFormat(format));
  const double bits = options.bits.value_or(kUsualBits);
  quantize::Formats formats = quantize::formatsWithin(source, bits); // refuses too few before a text is run
  return text.isThere() ? quantize::formatsWithin(source, bits, text.errors()) : formats;
}

/// What was made, and what a text would have made better.
std::string noteOf(const CompileOptions &options, double bits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.2f", bits);
  std::string note = "the matrices of blocks are rounded to " + std::string(text) + " bits a weight, scales included";
  if (!options.calibration.empty())
    return note + ", for the text of '" + options.calibration + "'";
  const Rounding &rounding = roundingOf(*options.weights);
  return note + ", without a text to suit: with --calibrate FILE they lose less (" + wordOf(*options.weights) +
         " of SmolLM2-135M: a divergence of " + rounding.calibrated + " instead of " + rounding.plain + ")";
}

} // namespace

std::optional<Quantization> quantize(const CompileOptions &options, const importer::ImportedModel &model,
                                     const EqualTensors &equal, Observer &observer) {
  if (!options::roundsToGroups(*options.weights))
    return std::nullopt;
  // Refuses widths before a text is read.
  quantize::quantizedModel(model, quantize::uniformFormats(*model.source, quantize::groupFormats().front()));
  const Calibrating text(options, model, observer);
  Quantization made;
  made.formats = formatsFor(options, *model.source, text);
  made.recipe = quantize::recipeText(*model.source, made.formats);
  if (text.isThere())
    made.found = text.blocks(made.formats, equal);
  if (!model.randomSeed)
    observer.note(noteOf(options, quantize::bitsOfBlocks(*model.source, made.formats)));
  return made;
}

} // namespace weebill::api
