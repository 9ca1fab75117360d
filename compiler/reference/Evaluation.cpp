//===- Evaluation.cpp - Ops of a module, one after the other --------------===//
//
// Tested by tests/unit/compiler/reference/InterpreterTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/reference/Evaluation.h"

#include "compiler/reference/DoubleArithmetic.h"
#include "compiler/reference/ExactArithmetic.h"
#include "dialects/lm/WeightChecks.h"

#include "llvm/ADT/TypeSwitch.h"

#include <numeric>

using namespace mlir;
namespace weebill::reference {

//===----------------------------------------------------------------------===//
// The frame
//===----------------------------------------------------------------------===//

template <typename A> void Evaluation<A>::reset() {
  caches.clear();
  convolved.clear();
  firstPosition = 0;
}

template <typename A> std::vector<float> Evaluation<A>::run(ArrayRef<int32_t> newTokens, Logits logits) {
  if (newTokens.empty())
    return {};
  tokens = newTokens;
  wanted = logits;
  visit = 0;
  Block &body = function.getBody().front();
  evaluate(body);
  firstPosition += tokens.size();

  const Rows<Real> &result = rows[body.getTerminator()->getOperand(0)];
  size_t skipped = wanted == Logits::Last ? (result.tokens - 1) * result.columns : 0;
  std::vector<float> answer(result.values.begin() + skipped, result.values.end());
  rows.clear();
  codes.clear();
  groupCodes.clear();
  beforeCodes.clear();
  return answer;
}

template <typename A> void Evaluation<A>::evaluate(Block &body) {
  for (Operation &op : body.without_terminator())
    llvm::TypeSwitch<Operation *>(&op)
        .template Case<lm::EmbedOp, lm::RepeatOp, lm::EitherOp, lm::RmsNormOp, lm::HadamardOp, lm::QuantizeOp,
                       lm::RmsNormQuantizeOp, lm::SiluOp, lm::GeluTanhOp, lm::ScaleOp, lm::MulOp, lm::AddOp, lm::RopeOp,
                       lm::HeadNormOp, lm::AddBiasOp, lm::LinearOp, lm::QkvOp, lm::SwiGLUOp, lm::GeGLUOp,
                       lm::LinearResidualOp, lm::AttentionOp, lm::CacheAppendOp, lm::CachedAttentionOp,
                       lm::GatedConvolutionOp>([&](auto known) { evaluate(known); })
        .Default([](Operation *unknown) {
          throw importer::InputError("the module has an op that has no meaning here: " +
                                     unknown->getName().getStringRef().str());
        });
}

template <typename A> void Evaluation<A>::evaluate(lm::EmbedOp op) {
  lm::WeightOp weight = weightOf(op, op.getWeightAttr());
  for (int32_t token : tokens)
    if (token < 0 || token >= weight.getRows())
      throw importer::InputError("token " + std::to_string(token) + " is outside the vocabulary of " +
                                 std::to_string(weight.getRows()));

  Rows<Real> x(tokens.size(), weight.getColumns());
  std::string source = sourceOf(weight);
  bool isInt8 = weight.getStorage() == lm::Storage::Int8;
  bool isKept = lm::groupOfCodes(weight.getStorage()).value_or(0) != 0;
  for (auto [index, token] : llvm::enumerate(tokens)) {
    if (isInt8) {
      const Int8Matrix &matrix = weights.codes(source, weight.getRows(), weight.getColumns());
      for (int64_t k = 0; k < x.columns; ++k)
        x.row(index)[k] = A::weight(matrix.row(token)[k], matrix.scales[token]);
    } else if (isKept) {
      const KeptMatrix &matrix = keptMatrix(weight, source);
      for (int64_t k = 0; k < x.columns; ++k)
        x.row(index)[k] = A::weight(int32_t(matrix.row(token)[k]), matrix.scale(token, k / matrix.group),
                                    matrix.minimums.empty() ? 0 : matrix.minimum(token, k / matrix.group));
    } else {
      const FloatMatrix &floats = matrix(weight, source);
      std::copy(floats.row(token), floats.row(token) + x.columns, x.row(index));
    }
  }
  rows[op.getOutput()] = std::move(x);
}

template <typename A> void Evaluation<A>::evaluate(lm::RepeatOp op) {
  Block &body = op.getBody().front();
  Rows<Real> x = rows[op.getInput()];
  for (int64_t scheduled : op.getSchedule()) {
    block = scheduled;
    rows[body.getArgument(0)] = std::move(x);
    evaluate(body);
    x = rows[body.getTerminator()->getOperand(0)];
    ++visit;
  }
  rows[op.getOutput()] = std::move(x);
}

template <typename A> void Evaluation<A>::evaluate(lm::EitherOp op) {
  Block &arm = op.getArmOf(block);
  rows[arm.getArgument(0)] = rows[op.getInput()];
  evaluate(arm);
  rows[op.getOutput()] = rows[arm.getTerminator()->getOperand(0)];
}

//===----------------------------------------------------------------------===//
// Row by row
//===----------------------------------------------------------------------===//

template <typename A>
Rows<typename A::Real> Evaluation<A>::normed(const Rows<Real> &x, const FloatMatrix &gain, float epsilon) const {
  Rows<Real> y(x.tokens, x.columns);
  for (int64_t token = 0; token < x.tokens; ++token)
    A::rmsNorm(x.row(token), gain.row(0), x.columns, epsilon, y.row(token));
  return y;
}

template <typename A> void Evaluation<A>::quantize(Value output, const Rows<Real> &x, bool symmetric) {
  if (onProduct)
    beforeCodes[output] = x;
  if (cast<lm::QuantizedType>(output.getType()).getGroup() != 0) {
    GroupCodes<Real> y(x.tokens, x.columns);
    for (size_t group = 0; group < y.scales.size(); ++group) {
      int8_t *first = y.values.data() + group * y.kGroup;
      y.scales[group] = A::quantizeGroup(x.values.data() + group * y.kGroup, y.kGroup, first);
      y.sums[group] = std::accumulate(first, first + y.kGroup, int32_t(0));
    }
    groupCodes[output] = std::move(y);
    return;
  }
  Codes<Real> y(x.tokens, x.columns);
  for (int64_t token = 0; token < x.tokens; ++token)
    y.scales[token] = symmetric ? A::quantizeSymmetric(x.row(token), x.columns, y.row(token))
                                : A::quantize(x.row(token), x.columns, y.row(token));
  codes[output] = std::move(y);
}

template <typename A> void Evaluation<A>::evaluate(lm::RmsNormOp op) {
  const FloatMatrix &gain = floats(op, op.getGainAttr());
  rows[op.getOutput()] = normed(rows[op.getInput()], gain, op.getEpsilon().convertToFloat());
}

template <typename A> void Evaluation<A>::evaluate(lm::HadamardOp op) {
  Rows<Real> x = rows[op.getInput()];
  mix(x.values.data(), int64_t(x.values.size()), int64_t(op.getSize()));
  rows[op.getOutput()] = std::move(x);
}

template <typename A> void Evaluation<A>::evaluate(lm::QuantizeOp op) {
  quantize(op.getOutput(), rows[op.getInput()], op.getSymmetric());
}

template <typename A> void Evaluation<A>::evaluate(lm::RmsNormQuantizeOp op) {
  const FloatMatrix &gain = floats(op, op.getGainAttr());
  Rows<Real> normalized = normed(rows[op.getInput()], gain, op.getEpsilon().convertToFloat());
  quantize(op.getOutput(), normalized, op.getSymmetric());
}

template <typename A> void Evaluation<A>::evaluate(lm::SiluOp op) {
  Rows<Real> x = rows[op.getInput()];
  for (Real &value : x.values)
    value = A::silu(value);
  rows[op.getOutput()] = std::move(x);
}

template <typename A> void Evaluation<A>::evaluate(lm::GeluTanhOp op) {
  Rows<Real> x = rows[op.getInput()];
  for (Real &value : x.values)
    value = A::geluTanh(value);
  rows[op.getOutput()] = std::move(x);
}

template <typename A> void Evaluation<A>::evaluate(lm::ScaleOp op) {
  Rows<Real> x = rows[op.getInput()];
  const float factor = op.getFactorOf(block);
  for (Real &value : x.values)
    value = value * factor;
  rows[op.getOutput()] = std::move(x);
}

template <typename A> void Evaluation<A>::evaluate(lm::MulOp op) {
  Rows<Real> x = rows[op.getLhs()];
  const Rows<Real> &y = rows[op.getRhs()];
  for (auto [value, factor] : llvm::zip_equal(x.values, y.values))
    value = value * factor;
  rows[op.getOutput()] = std::move(x);
}

template <typename A> void Evaluation<A>::evaluate(lm::AddOp op) {
  Rows<Real> x = rows[op.getLhs()];
  const Rows<Real> &y = rows[op.getRhs()];
  for (auto [value, term] : llvm::zip_equal(x.values, y.values))
    value = value + term;
  rows[op.getOutput()] = std::move(x);
}

template <typename A> void Evaluation<A>::evaluate(lm::RopeOp op) {
  Rows<Real> x = rows[op.getInput()];
  int64_t headSize = op.getHeadSize();
  const importer::RopeSettings settings{op.getThetaOf(block),
                                        {op.getFactorOf(block), op.getLow().convertToDouble(),
                                         op.getHigh().convertToDouble(), int64_t(op.getOriginalContext())}};
  float scale = op.getScaleOf(block);
  for (int64_t token = 0; token < x.tokens; ++token)
    for (uint64_t head = 0; head < op.getHeads(); ++head)
      A::rope(x.row(token) + head * headSize, headSize, firstPosition + token, settings, scale);
  rows[op.getOutput()] = std::move(x);
}

template <typename A> void Evaluation<A>::evaluate(lm::HeadNormOp op) {
  Rows<Real> x = rows[op.getInput()];
  const float *gain = op.getGainAttr() ? floats(op, op.getGainAttr()).row(0) : nullptr;
  int64_t headSize = op.getHeadSize();
  float epsilon = op.getEpsilon().convertToFloat(), scale = op.getScaleOf(block);
  for (int64_t token = 0; token < x.tokens; ++token)
    for (uint64_t head = 0; head < op.getHeads(); ++head) {
      Real *values = x.row(token) + head * headSize;
      A::headNorm(values, gain, headSize, epsilon, scale, values);
    }
  rows[op.getOutput()] = std::move(x);
}

template <typename A> void Evaluation<A>::evaluate(lm::AddBiasOp op) {
  Rows<Real> x = rows[op.getInput()];
  const float *bias = floats(op, op.getBiasAttr()).row(0);
  for (int64_t token = 0; token < x.tokens; ++token)
    for (int64_t i = 0; i < x.columns; ++i)
      x.row(token)[i] = x.row(token)[i] + bias[i];
  rows[op.getOutput()] = std::move(x);
}

//===----------------------------------------------------------------------===//
// With weights
//===----------------------------------------------------------------------===//

template <typename A> lm::WeightOp Evaluation<A>::weightOf(Operation *user, FlatSymbolRefAttr symbol) const {
  return SymbolTable::lookupNearestSymbolFrom<lm::WeightOp>(user, symbol);
}

template <typename A> std::string Evaluation<A>::sourceOf(lm::WeightOp weight) const {
  return cast<StringAttr>(weight.getSources()[weight.getPerBlock() ? block : 0]).str();
}

template <typename A> const FloatMatrix &Evaluation<A>::floats(Operation *user, FlatSymbolRefAttr symbol) {
  lm::WeightOp weight = weightOf(user, symbol);
  return weights.floats(sourceOf(weight), weight.getRows(), weight.getColumns());
}

template <typename A> const FloatMatrix &Evaluation<A>::matrix(lm::WeightOp weight, const std::string &source) {
  StringRef storage = lm::stringifyStorage(weight.getStorage());
  return weights.floats(source, weight.getRows(), weight.getColumns(), {storage.data(), storage.size()});
}

template <typename A> const KeptMatrix &Evaluation<A>::keptMatrix(lm::WeightOp weight, const std::string &source) {
  StringRef storage = lm::stringifyStorage(weight.getStorageOf(weight.getPerBlock() ? block : 0));
  return weights.kept(source, weight.getRows(), weight.getColumns(), {storage.data(), storage.size()});
}

template class Evaluation<ExactArithmetic>;
template class Evaluation<DoubleArithmetic>;

} // namespace weebill::reference
