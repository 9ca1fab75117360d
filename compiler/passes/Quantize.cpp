//===- Quantize.cpp - How matrices are stored and what they multiply -------===//
//
//     lm.weight @q : T                              lm.weight @q : T as int8
//     %q = lm.linear %x, @q                  ==>    %c = lm.quantize %x
//     %k = lm.linear %x, @k                         %q = lm.linear %c, @q
//                                                   %k = lm.linear %c, @k
//
// Tested by tests/lit/passes/quantize.mlir.
//
//===----------------------------------------------------------------------===//

#include "compiler/passes/ForwardPass.h"
#include "compiler/passes/Passes.h"

#include "mlir/IR/Remarks.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringSet.h"

namespace weebill::passes {
#define GEN_PASS_DEF_QUANTIZEPASS
#include "compiler/passes/Passes.h.inc"
} // namespace weebill::passes

using namespace mlir;
namespace weebill::passes {
using namespace weebill::lm;

namespace {

struct Quantize : impl::QuantizePassBase<Quantize> {
  using QuantizePassBase::QuantizePassBase;

  void runOnOperation() override {
    std::optional<Storage> storage = symbolizeStorage(weights);
    bool codes = activations == "int8" || activations == "int8-symmetric";
    if (!storage)
      return refuse("lm-quantize: weights is int8, f16 or f32, not " + weights);
    if (!codes && activations != "f32")
      return refuse("lm-quantize: activations is int8, int8-symmetric or f32, not " + activations);
    if (codes != (*storage == Storage::Int8))
      return refuse("weights " + weights + " with activations " + activations +
                    " has no kernels: int8 codes and int8 weights go together, and f32 goes with f16 or f32");
    if (*storage == Storage::F32)
      return;
    markMatrices(*storage);
    if (codes)
      getOperation().walk([&](Block *block) { quantizeInputs(*block); });
  }

  void refuse(const std::string &reason) {
    getOperation().emitError(reason);
    signalPassFailure();
  }

  /// Set where the model is built: a small matrix whose rounding would cost more than its bytes.
  static bool keepsFloat(Operation *op) { return op->hasAttr("lm.keep_float"); }

  /// The embedding too: it may be the head as well, and is read row by row either way.
  void markMatrices(Storage storage) {
    llvm::StringSet<> kept; // of ops that ask for float
    getOperation().walk([&](LinearOp op) {
      if (keepsFloat(op))
        kept.insert(op.getWeight());
    });
    int64_t matrices = 0;
    for (WeightOp weight : getOperation().getOps<WeightOp>())
      if (weight.getTensorType().getRank() == 2 && !kept.contains(weight.getSymName())) {
        weight.setStorage(storage);
        ++matrices;
      }
    remark::passed(getOperation().getLoc(), remark::RemarkOpts::name("Quantized").category("quantization"))
        << (Twine(matrices) + " matrices stored as " +
            (storage == Storage::Int8 ? "int8, one scale for each row" : "float16"))
               .str();
  }

  /// One lm.quantize for each value that matrices read, in front of the first of them.
  void quantizeInputs(Block &block) {
    llvm::MapVector<Value, SmallVector<Operation *>> readers;
    for (Operation &op : block)
      if (readsMatrix(&op) && !keepsFloat(&op) && lm::isRows(op.getOperand(0).getType()))
        readers[op.getOperand(0)].push_back(&op);

    for (auto &[value, ops] : readers) {
      OpBuilder builder(ops.front());
      auto type = QuantizedType::get(&getContext(), lm::columnsOf(value.getType()));
      auto codes = QuantizeOp::create(builder, ops.front()->getLoc(), type, value, activations == "int8-symmetric");
      for (Operation *op : ops)
        op->setOperand(0, codes);
    }
  }
};

} // namespace

} // namespace weebill::passes
