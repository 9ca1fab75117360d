//===- FloatModel.h - A model over a text in float32 -------------*- C++ -*-===//
//
// The ops of a model before any pass, each for all tokens of a text at once. What matrices are is said by who derives
// from it. Tested by tests/unit/compiler/quantize/CalibrateTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_QUANTIZE_FLOATMODEL_H
#define WEEBILL_COMPILER_QUANTIZE_FLOATMODEL_H

#include "compiler/import/ImportedModel.h"
#include "compiler/import/RopeFrequency.h"
#include "compiler/quantize/FloatOps.h"
#include "compiler/quantize/Sequences.h"
#include "dialects/lm/LmOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace weebill::quantize {

class FloatModel {
public:
  virtual ~FloatModel() = default;

protected:
  /// `keeps`: values stay until they are cleared, so that something can be made of them afterwards.
  FloatModel(const importer::TensorSource &source, const Sequences &text, bool keeps)
      : source(source), text(text), keeps(keeps) {}

  /// The matrix of a product, [rows][columns].
  virtual Matrix matrixOf(lm::LinearOp op) = 0;

  /// Any op but the blocks. Throws std::logic_error for one that is not known.
  void evaluate(mlir::Operation *op);
  /// One visit of the blocks: what comes out of the scheduled one, and all values but `x` in `values`.
  mlir::Value visit(lm::RepeatOp op, int64_t scheduled, Matrix x);

  lm::WeightOp weightOf(mlir::Operation *user, mlir::FlatSymbolRefAttr symbol) const;
  /// The tensor of it, in this block.
  std::string sourceOf(lm::WeightOp weight) const;
  std::vector<float> vectorOf(mlir::Operation *user, mlir::FlatSymbolRefAttr symbol) const;
  importer::RopeSettings settingsOf(lm::RopeOp op) const;
  Heads headsOf(lm::AttentionOp op) const;

  const importer::TensorSource &source;
  const Sequences &text;
  llvm::DenseMap<mlir::Value, Matrix> values;
  int64_t block = 0;

private:
  void evaluate(lm::EmbedOp op);
  void evaluate(lm::RmsNormOp op);
  void evaluate(lm::HeadNormOp op);
  void evaluate(lm::RopeOp op);
  void evaluate(lm::SiluOp op);
  void evaluate(lm::GeluTanhOp op);
  void evaluate(lm::ScaleOp op);
  void evaluate(lm::MulOp op);
  void evaluate(lm::AddOp op);
  void evaluate(lm::AddBiasOp op);
  void evaluate(lm::AttentionOp op);
  void evaluate(lm::LinearOp op);

  bool isLast(mlir::Operation *op, mlir::Value value) const;
  Matrix take(mlir::Operation *op, mlir::Value value);

  const bool keeps;
};

} // namespace weebill::quantize

#endif // WEEBILL_COMPILER_QUANTIZE_FLOATMODEL_H
