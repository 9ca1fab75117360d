//===- Calibrate.cpp - Codes that suit a text -----------------------------===//
//
// Tested by tests/unit/compiler/quantize/CalibrateTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/Calibrate.h"

#include "compiler/quantize/Gptq.h"

using namespace mlir;
namespace weebill::quantize {

namespace {

class Rounding : public FloatModel {
public:
  Rounding(const importer::TensorSource &source, const Calibration &calibration)
      : FloatModel(source, calibration.text, /*keeps=*/false), calibration(calibration) {}

  /// Up to the last block: what comes behind is rounded without a text.
  Calibrated run(func::FuncOp forward) {
    for (Operation &op : forward.getBody().front()) {
      if (auto repeat = dyn_cast<lm::RepeatOp>(op)) {
        std::vector<float> stream = runBlocks(repeat);
        return {std::move(found), std::move(stream)};
      }
      evaluate(&op);
    }
    throw std::logic_error("a model without blocks");
  }

private:
  std::vector<float> runBlocks(lm::RepeatOp op) {
    Matrix x = std::move(values[op.getInput()]);
    int64_t done = 0;
    for (int64_t scheduled : op.getSchedule()) {
      const Value out = visit(op, scheduled, std::move(x));
      x = std::move(values[out]);
      values.clear();
      inputsOf = Value();
      if (calibration.progress)
        calibration.progress(++done, op.getSchedule().size());
    }
    return {x.data(), x.data() + x.size()};
  }

  /// What the matrix becomes, found where it is met for the first time.
  Matrix matrixOf(lm::LinearOp op) override {
    lm::WeightOp weight = weightOf(op, op.getWeightAttr());
    const std::string name = sourceOf(weight);
    Matrix weights(weight.getRows(), weight.getColumns());
    const auto place = calibration.formats.find(name);
    if (place == calibration.formats.end()) {
      source.readRows(name, 0, weights.rows(), weights.data());
      return weights;
    }
    const GroupFormat &format = *place->second;
    const std::string original = originalOf(name);
    if (const auto known = found.find(original); known != found.end()) {
      blocksToRows(format, known->second.data(), weights.rows(), weights.cols(), weights.data());
    } else {
      source.readRows(name, 0, weights.rows(), weights.data());
      roundForInputs(format, inputs(op.getInput()), weights, found[original]);
    }
    if (original != name)
      found[name] = found.at(original);
    return weights;
  }

  /// The tensor whose blocks this one has: another one that is equal and becomes the same format, or itself.
  std::string originalOf(const std::string &name) const {
    const auto copy = calibration.copies.find(name);
    if (copy == calibration.copies.end())
      return name;
    const auto other = calibration.formats.find(copy->second);
    return other != calibration.formats.end() && other->second == calibration.formats.at(name) ? copy->second : name;
  }

  /// Matrices that read the same rows stand side by side.
  const Inputs &inputs(Value rows) {
    if (rows != inputsOf) {
      const Matrix &x = values[rows];
      Matrix squares = Matrix::Zero(x.cols(), x.cols());
      addSquares(x, squares);
      known.emplace(squares, x.rows());
      inputsOf = rows;
    }
    return *known;
  }

  const Calibration &calibration;
  FoundBlocks found;
  Value inputsOf; // whose squares `known` has
  std::optional<Inputs> known;
};

} // namespace

Calibrated calibrate(ModuleOp module, const importer::TensorSource &source, const Calibration &calibration) {
  return Rounding(source, calibration).run(module.lookupSymbol<func::FuncOp>("forward"));
}

} // namespace weebill::quantize
