//===- Quantization.cpp - Floats that become codes in groups --------------===//
//
// Tested by tests/unit/compiler/api/QuantizationTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/Quantization.h"

#include "compiler/api/CalibrationText.h"
#include "compiler/frontend/BuildModel.h"
#include "compiler/quantize/Calibrate.h"

#include "mlir/IR/MLIRContext.h"

namespace weebill::api {

namespace {

/// What the matrices of blocks become where all are alike.
const quantize::GroupFormat &formatOf(WeightFormat weights) {
  const char *word = weights == WeightFormat::Int4 ? "q4_1" : weights == WeightFormat::Int5 ? "q5_1" : "q6_0";
  if (const char *debug = getenv("BITS_FORMAT"))
    word = debug;
  return *quantize::findGroupFormat(word);
}

std::shared_ptr<const quantize::FoundBlocks> calibrated(const CompileOptions &options,
                                                        const importer::ImportedModel &model,
                                                        const quantize::Formats &formats, const EqualTensors &equal,
                                                        Observer &observer) {
  observer.step("calibrate");
  Sequences text = calibrationText(options.calibration, model);
  quantize::Calibration calibration;
  calibration.formats = formats;
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
  return std::make_shared<quantize::FoundBlocks>(quantize::calibrate(*module, *model.source, calibration));
}

} // namespace

std::optional<Quantization> quantize(const CompileOptions &options, const importer::ImportedModel &model,
                                     const EqualTensors &equal, Observer &observer) {
  if (!options::roundsToGroups(*options.weights))
    return std::nullopt;
  Quantization made;
  made.formats = quantize::uniformFormats(*model.source, formatOf(*options.weights));
  if (!options.calibration.empty())
    made.found = calibrated(options, model, made.formats, equal, observer);
  return made;
}

} // namespace weebill::api
