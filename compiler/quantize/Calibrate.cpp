//===- Calibrate.cpp - Codes that suit a text -----------------------------===//
//
// Tested by tests/unit/compiler/quantize/CalibrateTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/Calibrate.h"

#include "compiler/quantize/FloatOps.h"
#include "compiler/quantize/Gptq.h"
#include "dialects/lm/LmOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
namespace weebill::quantize {

namespace {

class Evaluation {
public:
  Evaluation(const importer::TensorSource &source, const Calibration &calibration)
      : source(source), calibration(calibration) {}

  /// Up to the last block, or to the head: what comes behind is rounded without a text.
  Calibrated run(func::FuncOp forward) {
    bool behind = false;
    for (Operation &op : forward.getBody().front()) {
      if (auto head = dyn_cast<lm::LinearOp>(op); head && behind) {
        if (isRounded(head))
          roundedWeights(head);
        break;
      }
      evaluate(&op);
      if (isa<lm::RepeatOp>(op)) {
        behind = true;
        if (!calibration.head)
          break;
      }
    }
    return {std::move(found), {stream.data(), stream.data() + stream.size()}};
  }

private:
  void evaluate(Operation *op) {
    llvm::TypeSwitch<Operation *>(op)
        .Case<lm::EmbedOp, lm::RepeatOp, lm::EitherOp, lm::GatedConvolutionOp, lm::RmsNormOp, lm::HadamardOp,
              lm::SiluOp, lm::GeluTanhOp, lm::ScaleOp, lm::MulOp, lm::AddOp, lm::RopeOp, lm::HeadNormOp, lm::AddBiasOp,
              lm::LinearOp, lm::AttentionOp>([&](auto known) { evaluate(known); })
        .Default([](Operation *unknown) {
          throw std::logic_error("no calibration knows " + unknown->getName().getStringRef().str());
        });
  }

  void evaluate(lm::EmbedOp op) {
    lm::WeightOp weight = weightOf(op, op.getWeightAttr());
    Matrix x(calibration.tokens.size(), weight.getColumns());
    for (auto [row, token] : llvm::enumerate(calibration.tokens))
      source.readRows(sourceOf(weight), token, 1, x.row(row).data());
    values[op.getOutput()] = std::move(x);
  }

  void evaluate(lm::RepeatOp op) {
    Block &body = op.getBody().front();
    Matrix x = std::move(values[op.getInput()]);
    int64_t visit = 0;
    for (int64_t scheduled : op.getSchedule()) {
      block = scheduled;
      values[body.getArgument(0)] = std::move(x);
      for (Operation &inner : body.without_terminator())
        evaluate(&inner);
      x = std::move(values[body.getTerminator()->getOperand(0)]);
      values.clear();
      inputsOf = Value();
      if (calibration.progress)
        calibration.progress(++visit, op.getSchedule().size());
    }
    stream = x;
    values[op.getOutput()] = std::move(x);
    block = 0;
  }

  void evaluate(lm::EitherOp op) {
    Block &arm = op.getArmOf(block);
    values[arm.getArgument(0)] = take(op, op.getInput());
    for (Operation &inner : arm.without_terminator())
      evaluate(&inner);
    values[op.getOutput()] = std::move(values[arm.getTerminator()->getOperand(0)]);
  }

  void evaluate(lm::RmsNormOp op) {
    Matrix x = take(op, op.getInput());
    normHeads(x, 1, vectorOf(op, op.getGainAttr()), op.getEpsilon().convertToFloat(), /*scale=*/1);
    values[op.getOutput()] = std::move(x);
  }

  void evaluate(lm::HeadNormOp op) {
    Matrix x = take(op, op.getInput());
    normHeads(x, op.getHeads(), op.getGainAttr() ? vectorOf(op, op.getGainAttr()) : std::vector<float>(),
              op.getEpsilon().convertToFloat(), op.getScaleOf(block));
    values[op.getOutput()] = std::move(x);
  }

  void evaluate(lm::RopeOp op) {
    Matrix x = take(op, op.getInput());
    turnHeads(x, op.getHeads(), calibration.length,
              {op.getThetaOf(block),
               {op.getFactorOf(block), op.getLow().convertToDouble(), op.getHigh().convertToDouble(),
                int64_t(op.getOriginalContext())}},
              op.getScaleOf(block));
    values[op.getOutput()] = std::move(x);
  }

  void evaluate(lm::HadamardOp op) {
    Matrix x = take(op, op.getInput());
    mix(x, int64_t(op.getSize()));
    values[op.getOutput()] = std::move(x);
  }

  void evaluate(lm::SiluOp op) {
    Matrix x = take(op, op.getInput());
    silu(x);
    values[op.getOutput()] = std::move(x);
  }

  void evaluate(lm::GeluTanhOp op) {
    Matrix x = take(op, op.getInput());
    geluTanh(x);
    values[op.getOutput()] = std::move(x);
  }

  void evaluate(lm::ScaleOp op) {
    Matrix x = take(op, op.getInput());
    x *= op.getFactorOf(block);
    values[op.getOutput()] = std::move(x);
  }

  void evaluate(lm::MulOp op) {
    Matrix x = take(op, op.getLhs());
    x.array() *= values[op.getRhs()].array();
    values[op.getOutput()] = std::move(x);
  }

  void evaluate(lm::AddOp op) {
    Matrix x = take(op, op.getLhs());
    x += values[op.getRhs()];
    values[op.getOutput()] = std::move(x);
  }

  void evaluate(lm::AddBiasOp op) {
    Matrix x = take(op, op.getInput());
    const std::vector<float> bias = vectorOf(op, op.getBiasAttr());
    x.rowwise() += Eigen::Map<const Eigen::RowVectorXf>(bias.data(), int64_t(bias.size()));
    values[op.getOutput()] = std::move(x);
  }

  void evaluate(lm::AttentionOp op) {
    values[op.getOutput()] =
        attend(values[op.getQuery()], values[op.getKey()], values[op.getValue()],
               {int64_t(op.getHeads()), int64_t(op.getKeyValueHeads()), op.getWindowOf(block)}, calibration.length);
    for (Value operand : op->getOperands())
      values.erase(operand);
  }

  void evaluate(lm::GatedConvolutionOp op) {
    const std::vector<float> taps = vectorOf(op, op.getTapsAttr());
    values[op.getOutput()] = convolve(values[op.getInput()], taps, op.getWidth(), calibration.length);
    values.erase(op.getInput());
  }

  void evaluate(lm::LinearOp op) {
    const Matrix weights = roundedWeights(op);
    values[op.getOutput()] = timesRows(values[op.getInput()], weights);
    if (isLast(op, op.getInput()))
      values.erase(op.getInput());
  }

  bool isRounded(lm::LinearOp op) { return calibration.formats.contains(sourceOf(weightOf(op, op.getWeightAttr()))); }

  /// What the matrix becomes, found where it is met for the first time.
  Matrix roundedWeights(lm::LinearOp op) {
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

  /// The tensor whose blocks this one has: an equal one that becomes the same format, or itself.
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

  lm::WeightOp weightOf(Operation *user, FlatSymbolRefAttr symbol) const {
    return SymbolTable::lookupNearestSymbolFrom<lm::WeightOp>(user, symbol);
  }

  std::string sourceOf(lm::WeightOp weight) const {
    return cast<StringAttr>(weight.getSources()[weight.getPerBlock() ? block : 0]).str();
  }

  std::vector<float> vectorOf(Operation *user, FlatSymbolRefAttr symbol) const {
    lm::WeightOp weight = weightOf(user, symbol);
    std::vector<float> vector(weight.getColumns());
    source.readRows(sourceOf(weight), 0, 1, vector.data());
    return vector;
  }

  static bool isLast(Operation *op, Value value) {
    return llvm::all_of(value.getUsers(), [&](Operation *user) { return user == op || user->isBeforeInBlock(op); });
  }

  /// The value for an op that changes it: its own if nobody needs it any more.
  Matrix take(Operation *op, Value value) {
    if (!isLast(op, value))
      return values[value];
    Matrix taken = std::move(values[value]);
    values.erase(value);
    return taken;
  }

  const importer::TensorSource &source;
  const Calibration &calibration;
  FoundBlocks found;
  int64_t block = 0;
  llvm::DenseMap<Value, Matrix> values;
  Matrix stream;
  Value inputsOf; // whose squares `known` has
  std::optional<Inputs> known;
};

} // namespace

Calibrated calibrate(ModuleOp module, const importer::TensorSource &source, const Calibration &calibration) {
  return Evaluation(source, calibration).run(module.lookupSymbol<func::FuncOp>("forward"));
}

} // namespace weebill::quantize
