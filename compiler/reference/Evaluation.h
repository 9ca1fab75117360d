//===- Evaluation.h - Ops of a module, one after the other -------*- C++ -*-===//
//
// The interpreter in one of its arithmetics: values by SSA value, caches by visit. Tested by
// tests/unit/compiler/reference/InterpreterTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_REFERENCE_EVALUATION_H
#define WEEBILL_COMPILER_REFERENCE_EVALUATION_H

#include "compiler/reference/Interpreter.h"
#include "compiler/reference/KeyValues.h"
#include "compiler/reference/WeightStore.h"
#include "dialects/lm/LmOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace weebill::reference {

struct Interpreter::Implementation {
  virtual ~Implementation() = default;
  virtual void reset() = 0;
  virtual std::vector<float> run(llvm::ArrayRef<int32_t> tokens, Logits logits) = 0;
  virtual int64_t position() const = 0;
  virtual std::vector<CacheContents> cacheContents() const = 0;

  std::function<void(const ProductError &)> onProduct; // nobody observes them: empty
  std::optional<WeightStore> ofFile;                   // what they are compared with
};

/// `A` is ExactArithmetic or DoubleArithmetic.
template <typename A> class Evaluation final : public Interpreter::Implementation {
public:
  using Real = typename A::Real;

  Evaluation(mlir::func::FuncOp function, const importer::TensorSource &source) : function(function), weights(source) {}

  void reset() override;
  std::vector<float> run(llvm::ArrayRef<int32_t> tokens, Logits logits) override;
  int64_t position() const override { return firstPosition; }
  std::vector<CacheContents> cacheContents() const override;

private:
  /// Runs a block up to its terminator, which the caller looks at.
  void evaluate(mlir::Block &block);

  // The frame.
  void evaluate(lm::EmbedOp op);
  void evaluate(lm::RepeatOp op);
  void evaluate(lm::EitherOp op);

  // Row by row.
  void evaluate(lm::RmsNormOp op);
  void evaluate(lm::HadamardOp op);
  void evaluate(lm::QuantizeOp op);
  void evaluate(lm::RmsNormQuantizeOp op);
  void evaluate(lm::SiluOp op);
  void evaluate(lm::GeluTanhOp op);
  void evaluate(lm::ScaleOp op);
  void evaluate(lm::MulOp op);
  void evaluate(lm::AddOp op);
  void evaluate(lm::RopeOp op);
  void evaluate(lm::HeadNormOp op);
  void evaluate(lm::AddBiasOp op);

  // With weights (EvaluateMatrices.cpp).
  void evaluate(lm::LinearOp op);
  void evaluate(lm::QkvOp op);
  void evaluate(lm::SwiGLUOp op);
  void evaluate(lm::GeGLUOp op);
  void evaluate(lm::LinearResidualOp op);

  // With what is known of earlier tokens (EvaluateConvolution.cpp).
  void evaluate(lm::GatedConvolutionOp op);

  // With the cache (EvaluateAttention.cpp).
  void evaluate(lm::AttentionOp op);
  void evaluate(lm::CacheAppendOp op);
  void evaluate(lm::CachedAttentionOp op);

  /// The weight that a symbol means in the visit under way, and the tensor to read it from.
  lm::WeightOp weightOf(mlir::Operation *user, mlir::FlatSymbolRefAttr symbol) const;
  std::string sourceOf(lm::WeightOp weight) const;
  const FloatMatrix &floats(mlir::Operation *user, mlir::FlatSymbolRefAttr symbol);

  /// Linear of a value, rows or codes, by a weight, f32, f16 or int8. `lastOnly`: of its last token.
  Rows<Real> project(mlir::Operation *user, mlir::Value input, mlir::FlatSymbolRefAttr symbol, bool lastOnly = false);
  Rows<Real> product(mlir::Value input, lm::WeightOp weight, bool lastOnly);
  /// What `y` would be without codes, for who observes products (ObserveProducts.cpp).
  void tellProduct(const Rows<Real> &y, mlir::Value input, lm::WeightOp weight, bool lastOnly);
  Rows<Real> normed(const Rows<Real> &x, const FloatMatrix &gain, float epsilon) const;
  /// Codes of rows, as a type says: of whole rows or in groups.
  void quantize(mlir::Value output, const Rows<Real> &x, bool symmetric);
  const KeptMatrix &keptMatrix(lm::WeightOp weight, const std::string &source);
  /// A matrix of floats: as in the file, or rounded to what the weight is stored as.
  const FloatMatrix &matrix(lm::WeightOp weight, const std::string &source);

  /// Keys and values of the visit under way; `owner` is an lm.attention or an lm.cache.
  KeyValues<A> &keyValues(mlir::Operation *owner) { return caches[{owner, visit}]; }

  mlir::func::FuncOp function;
  WeightStore weights;
  std::map<std::pair<mlir::Operation *, int64_t>, KeyValues<A>> caches;
  /// The rows that a convolution has seen, for each visit.
  std::map<std::pair<mlir::Operation *, int64_t>, Rows<Real>> convolved;
  int64_t firstPosition = 0; // of the tokens under way

  // Of one call.
  llvm::ArrayRef<int32_t> tokens;
  Logits wanted = Logits::All;
  int64_t visit = 0; // visits of blocks before the one under way, over all lm.repeat
  int64_t block = 0; // the one being visited
  llvm::DenseMap<mlir::Value, Rows<Real>> rows;
  llvm::DenseMap<mlir::Value, Codes<Real>> codes;
  llvm::DenseMap<mlir::Value, GroupCodes<Real>> groupCodes;
  llvm::DenseMap<mlir::Value, Rows<Real>> beforeCodes; // of codes, while products are observed
};

} // namespace weebill::reference

#endif // WEEBILL_COMPILER_REFERENCE_EVALUATION_H
