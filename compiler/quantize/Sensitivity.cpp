//===- Sensitivity.cpp - What rounding a matrix costs ---------------------===//
//
// Tested by tests/unit/compiler/quantize/SensitivityTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/Sensitivity.h"

#include "compiler/quantize/FloatGradients.h"
#include "compiler/quantize/FloatModel.h"
#include "compiler/quantize/ScaleSearch.h"
#include "compiler/reference/Parallel.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
namespace weebill::quantize {

namespace {

constexpr int64_t kRowStep = 7; // rounding is tried on one row of so many, wherever in a head
constexpr int64_t kSlice = 512; // tokens whose logits are there at once

/// A pass forth that keeps what goes into each visit, and one back.
class Backwards : public FloatModel {
public:
  Backwards(const importer::TensorSource &source, const Sequences &text,
            const std::function<void(int64_t done, int64_t of)> &progress)
      : FloatModel(source, text, /*keeps=*/true), progress(progress) {}

  RoundingErrors run(func::FuncOp forward) {
    Block &ops = forward.getBody().front();
    lm::RepeatOp blocks;
    for (Operation &op : ops) {
      if ((blocks = dyn_cast<lm::RepeatOp>(op)))
        break;
      evaluate(&op);
    }
    of = 2 * int64_t(blocks.getSchedule().size());
    Matrix stream = std::move(values[blocks.getInput()]);
    std::vector<Matrix> inputs; // of visits
    for (int64_t scheduled : blocks.getSchedule()) {
      inputs.push_back(stream);
      const Value out = visit(blocks, scheduled, std::move(stream));
      stream = std::move(values[out]);
      values.clear();
      tell();
    }
    Matrix gradient = behindBlocks(blocks, stream);
    inBlocks = true;
    for (int64_t i = int64_t(inputs.size()) - 1; i >= 0; --i) {
      gradient = backThrough(blocks, blocks.getSchedule()[i], std::move(inputs[i]), std::move(gradient));
      inputs.pop_back();
      tell();
    }
    return std::move(errors);
  }

private:
  void tell() {
    if (progress)
      progress(++done, of);
  }

  /// The gradient of the loss by what comes out of the last block.
  Matrix behindBlocks(lm::RepeatOp blocks, const Matrix &stream) {
    block = 0;
    Matrix gradient(stream.rows(), stream.cols());
    Operation *end = blocks->getBlock()->getTerminator();
    for (int64_t first = 0; first < stream.rows(); first += kSlice) {
      const int64_t count = std::min(kSlice, stream.rows() - first);
      values[blocks.getOutput()] = stream.middleRows(first, count);
      for (Operation *op = blocks->getNextNode(); op != end; op = op->getNextNode())
        evaluate(op);
      Matrix logits = std::move(values[end->getOperand(0)]);
      lossBack(logits, nextTokens(first, count).data());
      gradients[end->getOperand(0)] = std::move(logits);
      for (Operation *op = end->getPrevNode(); op != blocks.getOperation(); op = op->getPrevNode())
        goBack(op);
      gradient.middleRows(first, count) = gradients[blocks.getOutput()];
      gradients.clear();
      values.clear();
    }
    wholeModel.clear();
    return gradient;
  }

  std::vector<int32_t> nextTokens(int64_t first, int64_t count) const {
    std::vector<int32_t> next;
    for (int64_t token = first; token < first + count; ++token)
      next.push_back(token % text.length == text.length - 1 ? -1 : text.tokens[size_t(token + 1)]);
    return next;
  }

  /// The gradient by what goes into a visit, from that by what comes out.
  Matrix backThrough(lm::RepeatOp blocks, int64_t scheduled, Matrix input, Matrix gradient) {
    const Value out = visit(blocks, scheduled, std::move(input));
    gradients[out] = std::move(gradient);
    Block &body = blocks.getBody().front();
    for (Operation *op = body.getTerminator()->getPrevNode(); op; op = op->getPrevNode())
      goBack(op);
    Matrix result = std::move(gradients[body.getArgument(0)]);
    gradients.clear();
    values.clear();
    return result;
  }

  void goBack(Operation *op) {
    llvm::TypeSwitch<Operation *>(op)
        .Case<lm::RmsNormOp, lm::SiluOp, lm::GeluTanhOp, lm::ScaleOp, lm::MulOp, lm::AddOp, lm::RopeOp, lm::HeadNormOp,
              lm::AddBiasOp, lm::LinearOp, lm::AttentionOp>(
            [&](auto known) { goBack(known, std::move(gradients[known.getOutput()])); })
        .Default([](Operation *unknown) {
          throw std::logic_error("no gradient is known of " + unknown->getName().getStringRef().str());
        });
  }

  void goBack(lm::RmsNormOp op, Matrix gradient) {
    normHeadsBack(values[op.getInput()], gradient, 1, vectorOf(op, op.getGainAttr()), op.getEpsilon().convertToFloat(),
                  /*scale=*/1);
    add(op.getInput(), std::move(gradient));
  }

  void goBack(lm::HeadNormOp op, Matrix gradient) {
    normHeadsBack(values[op.getInput()], gradient, op.getHeads(),
                  op.getGainAttr() ? vectorOf(op, op.getGainAttr()) : std::vector<float>(),
                  op.getEpsilon().convertToFloat(), op.getScaleOf(block));
    add(op.getInput(), std::move(gradient));
  }

  void goBack(lm::RopeOp op, Matrix gradient) {
    turnHeads(gradient, op.getHeads(), text.length, settingsOf(op), op.getScaleOf(block), Turn::Back);
    add(op.getInput(), std::move(gradient));
  }

  void goBack(lm::SiluOp op, Matrix gradient) {
    siluBack(values[op.getInput()], gradient);
    add(op.getInput(), std::move(gradient));
  }

  void goBack(lm::GeluTanhOp op, Matrix gradient) {
    geluTanhBack(values[op.getInput()], gradient);
    add(op.getInput(), std::move(gradient));
  }

  void goBack(lm::ScaleOp op, Matrix gradient) {
    gradient *= op.getFactor().convertToFloat();
    add(op.getInput(), std::move(gradient));
  }

  void goBack(lm::MulOp op, Matrix gradient) {
    add(op.getLhs(), gradient.cwiseProduct(values[op.getRhs()]));
    add(op.getRhs(), gradient.cwiseProduct(values[op.getLhs()]));
  }

  void goBack(lm::AddOp op, Matrix gradient) {
    add(op.getLhs(), gradient);
    add(op.getRhs(), std::move(gradient));
  }

  void goBack(lm::AddBiasOp op, Matrix gradient) { add(op.getInput(), std::move(gradient)); }

  void goBack(lm::AttentionOp op, Matrix gradient) {
    AttentionGradients by = attendBack(values[op.getQuery()], values[op.getKey()], values[op.getValue()], gradient,
                                       headsOf(op), text.length);
    add(op.getQuery(), std::move(by.queries));
    add(op.getKey(), std::move(by.keys));
    add(op.getValue(), std::move(by.values));
  }

  void goBack(lm::LinearOp op, Matrix gradient) {
    const Matrix weights = matrixOf(op);
    if (inBlocks)
      tryRounding(op, weights, gradient);
    add(op.getInput(), timesRows(gradient, weights.transpose()));
  }

  void add(Value value, Matrix gradient) {
    const auto [place, isNew] = gradients.try_emplace(value, std::move(gradient));
    if (!isNew)
      place->second += gradient;
  }

  /// The matrices behind the blocks are read for all slices at once.
  Matrix matrixOf(lm::LinearOp op) override {
    lm::WeightOp weight = weightOf(op, op.getWeightAttr());
    const std::string name = sourceOf(weight);
    if (const auto known = wholeModel.find(name); known != wholeModel.end())
      return known->second;
    Matrix weights(weight.getRows(), weight.getColumns());
    source.readRows(name, 0, weights.rows(), weights.data());
    if (!weight.getPerBlock())
      wholeModel[name] = weights;
    return weights;
  }

  /// What each format does to the matrix.
  void tryRounding(lm::LinearOp op, const Matrix &weights, const Matrix &gradient) {
    const Matrix &x = values[op.getInput()];
    const int64_t rows = (weights.rows() + kRowStep - 1) / kRowStep, columns = weights.cols();
    if (columns % kGroup != 0)
      return; // such a model is refused for that
    const Matrix squares = x.cwiseAbs2();
    const Eigen::RowVectorXf importance = squares.colwise().mean();
    Matrix tried(rows, columns), ofRows(gradient.rows(), rows);
    for (int64_t row = 0; row < rows; ++row) {
      tried.row(row) = weights.row(row * kRowStep);
      ofRows.col(row) = gradient.col(row * kRowStep).cwiseAbs2();
    }
    // [rows][columns], of a token on average; each stands for the rows that were left out.
    const float share = float(weights.rows()) / float(rows) / float(x.rows());
    const Matrix fisher = share * timesRows(ofRows.transpose(), squares.transpose());
    std::vector<double> &sums = errors[sourceOf(weightOf(op, op.getWeightAttr()))];
    sums.resize(groupFormats().size());
    std::vector<double> ofRow(size_t(rows), 0.0);
    for (size_t format = 0; format < sums.size(); ++format) {
      reference::forRanges(rows, [&](int64_t first, int64_t last) {
        for (int64_t row = first; row < last; ++row)
          ofRow[size_t(row)] = errorOfRow(groupFormats()[format], tried.row(row).data(), importance.data(),
                                          fisher.row(row).data(), columns);
      });
      for (double error : ofRow)
        sums[format] += error;
    }
  }

  static double errorOfRow(const GroupFormat &format, const float *weights, const float *importance,
                           const float *fisher, int64_t columns) {
    std::vector<uint8_t> block(size_t(format.bytes()));
    float rounded[kGroup];
    double error = 0;
    for (int64_t first = 0; first < columns; first += kGroup) {
      writeBlock(format, searchGroup(format, weights + first, importance + first), block.data());
      readBlock(format, block.data(), rounded);
      for (int64_t i = 0; i < kGroup; ++i) {
        const double off = double(weights[first + i]) - double(rounded[i]);
        error += 0.5 * double(fisher[first + i]) * off * off;
      }
    }
    return error;
  }

  const std::function<void(int64_t done, int64_t of)> &progress;
  int64_t done = 0, of = 0;
  bool inBlocks = false;
  llvm::DenseMap<Value, Matrix> gradients;
  std::map<std::string, Matrix> wholeModel; // matrices that are not of one block
  RoundingErrors errors;
};

} // namespace

RoundingErrors roundingErrors(ModuleOp module, const importer::TensorSource &source, const Sequences &text,
                              const std::function<void(int64_t done, int64_t of)> &progress) {
  return Backwards(source, text, progress).run(module.lookupSymbol<func::FuncOp>("forward"));
}

} // namespace weebill::quantize
