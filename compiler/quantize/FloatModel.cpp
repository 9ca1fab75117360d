//===- FloatModel.cpp - A model over a text in float32 --------------------===//
//
// Tested by tests/unit/compiler/quantize/CalibrateTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/FloatModel.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
namespace weebill::quantize {

void FloatModel::evaluate(Operation *op) {
  llvm::TypeSwitch<Operation *>(op)
      .Case<lm::EmbedOp, lm::RmsNormOp, lm::SiluOp, lm::GeluTanhOp, lm::ScaleOp, lm::MulOp, lm::AddOp, lm::RopeOp,
            lm::HeadNormOp, lm::AddBiasOp, lm::LinearOp, lm::AttentionOp>([&](auto known) { evaluate(known); })
      .Default([](Operation *unknown) {
        throw std::logic_error("no calibration knows " + unknown->getName().getStringRef().str());
      });
}

Value FloatModel::visit(lm::RepeatOp op, int64_t scheduled, Matrix x) {
  Block &body = op.getBody().front();
  block = scheduled;
  values[body.getArgument(0)] = std::move(x);
  for (Operation &inner : body.without_terminator())
    evaluate(&inner);
  return body.getTerminator()->getOperand(0);
}

void FloatModel::evaluate(lm::EmbedOp op) {
  lm::WeightOp weight = weightOf(op, op.getWeightAttr());
  Matrix x(text.tokens.size(), weight.getColumns());
  for (auto [row, token] : llvm::enumerate(text.tokens))
    source.readRows(sourceOf(weight), token, 1, x.row(row).data());
  values[op.getOutput()] = std::move(x);
}

void FloatModel::evaluate(lm::RmsNormOp op) {
  Matrix x = take(op, op.getInput());
  normHeads(x, 1, vectorOf(op, op.getGainAttr()), op.getEpsilon().convertToFloat(), /*scale=*/1);
  values[op.getOutput()] = std::move(x);
}

void FloatModel::evaluate(lm::HeadNormOp op) {
  Matrix x = take(op, op.getInput());
  normHeads(x, op.getHeads(), op.getGainAttr() ? vectorOf(op, op.getGainAttr()) : std::vector<float>(),
            op.getEpsilon().convertToFloat(), op.getScaleOf(block));
  values[op.getOutput()] = std::move(x);
}

void FloatModel::evaluate(lm::RopeOp op) {
  Matrix x = take(op, op.getInput());
  turnHeads(x, op.getHeads(), text.length, settingsOf(op), op.getScaleOf(block));
  values[op.getOutput()] = std::move(x);
}

void FloatModel::evaluate(lm::SiluOp op) {
  Matrix x = take(op, op.getInput());
  silu(x);
  values[op.getOutput()] = std::move(x);
}

void FloatModel::evaluate(lm::GeluTanhOp op) {
  Matrix x = take(op, op.getInput());
  geluTanh(x);
  values[op.getOutput()] = std::move(x);
}

void FloatModel::evaluate(lm::ScaleOp op) {
  Matrix x = take(op, op.getInput());
  x *= op.getFactor().convertToFloat();
  values[op.getOutput()] = std::move(x);
}

void FloatModel::evaluate(lm::MulOp op) {
  Matrix x = take(op, op.getLhs());
  x.array() *= values[op.getRhs()].array();
  values[op.getOutput()] = std::move(x);
}

void FloatModel::evaluate(lm::AddOp op) {
  Matrix x = take(op, op.getLhs());
  x += values[op.getRhs()];
  values[op.getOutput()] = std::move(x);
}

void FloatModel::evaluate(lm::AddBiasOp op) {
  Matrix x = take(op, op.getInput());
  const std::vector<float> bias = vectorOf(op, op.getBiasAttr());
  x.rowwise() += Eigen::Map<const Eigen::RowVectorXf>(bias.data(), int64_t(bias.size()));
  values[op.getOutput()] = std::move(x);
}

void FloatModel::evaluate(lm::AttentionOp op) {
  values[op.getOutput()] =
      attend(values[op.getQuery()], values[op.getKey()], values[op.getValue()], headsOf(op), text.length);
  if (!keeps)
    for (Value operand : op->getOperands())
      values.erase(operand);
}

void FloatModel::evaluate(lm::LinearOp op) {
  const Matrix weights = matrixOf(op);
  values[op.getOutput()] = timesRows(values[op.getInput()], weights);
  if (isLast(op, op.getInput()))
    values.erase(op.getInput());
}

lm::WeightOp FloatModel::weightOf(Operation *user, FlatSymbolRefAttr symbol) const {
  return SymbolTable::lookupNearestSymbolFrom<lm::WeightOp>(user, symbol);
}

std::string FloatModel::sourceOf(lm::WeightOp weight) const {
  return cast<StringAttr>(weight.getSources()[weight.getPerBlock() ? block : 0]).str();
}

std::vector<float> FloatModel::vectorOf(Operation *user, FlatSymbolRefAttr symbol) const {
  lm::WeightOp weight = weightOf(user, symbol);
  std::vector<float> vector(weight.getColumns());
  source.readRows(sourceOf(weight), 0, 1, vector.data());
  return vector;
}

importer::RopeSettings FloatModel::settingsOf(lm::RopeOp op) const {
  return {op.getThetaOf(block),
          {op.getFactor().convertToDouble(), op.getLow().convertToDouble(), op.getHigh().convertToDouble(),
           int64_t(op.getOriginalContext())}};
}

Heads FloatModel::headsOf(lm::AttentionOp op) const {
  return {int64_t(op.getHeads()), int64_t(op.getKeyValueHeads()), op.getWindowOf(block)};
}

/// Whether nobody needs the value behind that op.
bool FloatModel::isLast(Operation *op, Value value) const {
  return !keeps &&
         llvm::all_of(value.getUsers(), [&](Operation *user) { return user == op || user->isBeforeInBlock(op); });
}

/// The value for an op that changes it: its own if nobody needs it any more.
Matrix FloatModel::take(Operation *op, Value value) {
  if (!isLast(op, value))
    return values[value];
  Matrix taken = std::move(values[value]);
  values.erase(value);
  return taken;
}

} // namespace weebill::quantize
