//===- Quantize.cpp - int8 matrices and codes to multiply with ------------===//
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

namespace weebill {
#define GEN_PASS_DEF_QUANTIZEPASS
#include "compiler/passes/Passes.h.inc"
} // namespace weebill

using namespace mlir;
using namespace weebill;
using namespace weebill::lm;

namespace {

struct Quantize : weebill::impl::QuantizePassBase<Quantize> {
  using QuantizePassBase::QuantizePassBase;

  void runOnOperation() override {
    for (auto [option, value] : {std::pair{"weights", StringRef(weights)}, {"activations", StringRef(activations)}})
      if (value != "int8" && value != "f32") {
        getOperation().emitError("lm-quantize: ") << option << " is int8 or f32, not " << value;
        return signalPassFailure();
      }
    if (weights != activations) {
      getOperation().emitError("weights ")
          << weights << " with activations " << activations << " has no kernels: both are int8 or both are f32";
      return signalPassFailure();
    }
    if (weights == "f32")
      return;
    markMatrices();
    getOperation().walk([&](Block *block) { quantizeInputs(*block); });
  }

  /// Set where the model is built: a small matrix whose rounding would cost more than its bytes.
  static bool keepsFloat(Operation *op) { return op->hasAttr("lm.keep_float"); }

  /// The embedding too: it may be the head as well, and is read row by row either way.
  void markMatrices() {
    llvm::StringSet<> kept; // of ops that ask for float
    getOperation().walk([&](LinearOp op) {
      if (keepsFloat(op))
        kept.insert(op.getWeight());
    });
    int64_t matrices = 0;
    for (WeightOp weight : getOperation().getOps<WeightOp>())
      if (weight.getTensorType().getRank() == 2 && !kept.contains(weight.getSymName())) {
        weight.setStorage(Storage::Int8);
        ++matrices;
      }
    remark::passed(getOperation().getLoc(), remark::RemarkOpts::name("Quantized").category("quantization"))
        << (Twine(matrices) + " matrices stored as int8, one scale for each row").str();
  }

  /// One lm.quantize for each value that matrices read, in front of the first of them.
  void quantizeInputs(Block &block) {
    llvm::MapVector<Value, SmallVector<Operation *>> readers;
    for (Operation &op : block)
      if (readsMatrix(&op) && !keepsFloat(&op) && isRows(op.getOperand(0).getType()))
        readers[op.getOperand(0)].push_back(&op);

    for (auto &[value, ops] : readers) {
      OpBuilder builder(ops.front());
      auto type = QuantizedType::get(&getContext(), columnsOf(value.getType()));
      auto codes = QuantizeOp::create(builder, ops.front()->getLoc(), type, value);
      for (Operation *op : ops)
        op->setOperand(0, codes);
    }
  }
};

} // namespace
