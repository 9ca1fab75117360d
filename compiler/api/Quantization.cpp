//===- Quantization.cpp - Floats that become codes in groups --------------===//
//
// Tested by tests/unit/compiler/api/QuantizationTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/Quantization.h"

#include "compiler/api/CalibrationText.h"
#include "compiler/api/FileBeginning.h"
#include "compiler/api/FileCodes.h"
#include "compiler/api/Numbers.h"
#include "compiler/frontend/BuildModel.h"
#include "compiler/quantize/Budget.h"
#include "compiler/quantize/Calibrate.h"

#include "mlir/IR/MLIRContext.h"

#include <cstdio>

namespace weebill::api {

namespace {

constexpr double kUsualBits = 5.6;
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

quantize::Formats formatsFor(const CompileOptions &options, const importer::TensorSource &source) {
  if (!options.recipe.empty())
    return quantize::parseRecipe(options.recipe, beginningOfFile("--recipe", options.recipe, kLongestRecipe), source);
  if (const char *format = roundingOf(*options.weights).format)
    return quantize::uniformFormats(source, *quantize::findGroupFormat(format));
  return quantize::formatsWithin(source, options.bits.value_or(kUsualBits));
}

/// Codes for a text: of the matrices that `formats` name, in the blocks and, if it is asked for, at the head.
std::shared_ptr<const quantize::FoundBlocks> calibrated(Sequences text, const importer::ImportedModel &model,
                                                        const quantize::Formats &formats, bool head,
                                                        const EqualTensors &equal, Observer &observer) {
  observer.step("calibrate");
  quantize::Calibration calibration;
  calibration.formats = formats;
  calibration.head = head;
  calibration.tokens = std::move(text.tokens);
  calibration.length = text.length;
  for (const auto &[first, copy] : equal)
    calibration.copies[copy] = first;
  calibration.progress = [&](int64_t done, int64_t of) {
    stopIfCancelled(observer);
    observer.progress(done, of);
  };
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  const mlir::OwningOpRef<mlir::ModuleOp> module = frontend::buildModel(context, model);
  return std::make_shared<quantize::FoundBlocks>(quantize::calibrate(*module, *model.source, calibration).blocks);
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

/// The file's codes in fewer bytes.
Quantization compacted(const CompileOptions &options, const importer::ImportedModel &model, const EqualTensors &equal,
                       Observer &observer) {
  const quantize::CompactSizes sizes = quantize::compactSizes(*model.source);
  if (sizes.matrices == 0 || codesOfMatrices(model).empty())
    throw importer::InputError("'" + model.path +
                               "': --weights compact makes nothing of it smaller: matrices of Q4_1, "
                               "and embedding and head of more than 6.25 bits, of a file that has codes; use keep, or "
                               "for floats mixed");
  Quantization made;
  made.compact = true;
  const quantize::Formats ends = quantize::formatsOfEnds(*model.source);
  if (!ends.empty())
    made.found =
        calibrated(options.calibration.empty() ? drawnTokens(model) : calibrationText(options.calibration, model),
                   model, ends, /*head=*/true, equal, observer);
  const std::string suits = ends.empty() ? ""
                            : options.calibration.empty()
                                ? "; --calibrate FILE makes the head suit a text, which loses less"
                                : ", the head for the text of '" + options.calibration + "'";
  observer.note("matrices in fewer bytes, " + std::to_string(sizes.matrices) + " of them: " + bytesText(sizes.before) +
                " are " + bytesText(sizes.after) + suits);
  return made;
}

} // namespace

std::optional<Quantization> quantize(const CompileOptions &options, const importer::ImportedModel &model,
                                     const EqualTensors &equal, Observer &observer) {
  if (options.weights == WeightFormat::Compact)
    return compacted(options, model, equal, observer);
  if (!options::roundsToGroups(*options.weights))
    return std::nullopt;
  Quantization made;
  made.formats = formatsFor(options, *model.source);
  made.recipe = quantize::recipeText(*model.source, made.formats);
  quantize::quantizedModel(model, made.formats); // refuses widths before a text is run
  if (!options.calibration.empty())
    made.found =
        calibrated(calibrationText(options.calibration, model), model, made.formats, /*head=*/false, equal, observer);
  if (!model.randomSeed)
    observer.note(noteOf(options, quantize::bitsOfBlocks(*model.source, made.formats)));
  return made;
}

} // namespace weebill::api
