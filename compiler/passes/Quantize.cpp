//===- Quantize.cpp - How matrices are stored and what they multiply -------===//
//
//     lm.weight @q : T                              lm.weight @q : T as int8
//     %q = lm.linear %x, @q                  ==>    %c = lm.quantize %x
//     %k = lm.linear %x, @k                         %q = lm.linear %c, @q
//                                                   %k = lm.linear %c, @k
//
// A recipe may give single weights another storage than the rest. Tested by tests/lit/passes/quantize.mlir and
// tests/lit/plan/recipe.mlir.
//
//===----------------------------------------------------------------------===//

#include "compiler/passes/FileStorages.h"
#include "compiler/passes/ForwardPass.h"
#include "compiler/passes/MatricesOf.h"
#include "compiler/passes/Passes.h"
#include "dialects/lm/WeightChecks.h"

#include "mlir/IR/Remarks.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

namespace weebill::passes {
#define GEN_PASS_DEF_QUANTIZEPASS
#include "compiler/passes/Passes.h.inc"
} // namespace weebill::passes

using namespace mlir;
namespace weebill::passes {
using namespace weebill::lm;

namespace {

/// "f32, int8 or f16", of all storages that there are.
std::string storageNames() {
  std::string names;
  const unsigned last = getMaxEnumValForStorage();
  for (unsigned value = 0; value <= last; ++value)
    names += (value == 0 ? "" : value == last ? " or " : ", ") + stringifyStorage(Storage(value)).str();
  return names;
}

/// The dialect's storage of the same name; none for weights that stay what they are in the model file.
std::optional<Storage> storageOf(options::WeightFormat format) { return symbolizeStorage(options::wordOf(format)); }

/// Columns that share a scale of such codes; 0: a whole row, none: no codes.
std::optional<int64_t> groupOf(options::Activations activations) {
  switch (activations) {
  case options::Activations::Int8:
  case options::Activations::Int8Symmetric:
    return 0;
  case options::Activations::Int8Groups:
    return kCodeGroup;
  case options::Activations::F32:
    return std::nullopt;
  }
  llvm_unreachable("all activations are covered");
}

struct Quantize : impl::QuantizePassBase<Quantize> {
  using QuantizePassBase::QuantizePassBase;

  void runOnOperation() override {
    std::optional<Storage> usual = storageOf(weights);
    const std::optional<int64_t> group = groupOf(activations);
    if (!usual && weights != options::WeightFormat::Keep)
      return refuse("lm-quantize: weights is " + storageNames() + ", or keep, not " +
                    options::wordOf(weights.getValue()));
    if (std::string problem = readRecipe(); !problem.empty())
      return refuse("lm-quantize: " + problem);
    if (std::string problem = storeMatrices(usual, FileStorages(tensors)); !problem.empty())
      return refuse(problem);
    if (!goWith(group))
      return refuse("weights " + options::wordOf(weights.getValue()) +
                    (recipe.empty() ? "" : ", some stored otherwise,") + " with activations " +
                    options::wordOf(activations.getValue()) +
                    " has no kernels: int8 codes go with int8 weights, int8-g32 with weights that keep the codes of a "
                    "GGUF file, and f32 goes with f16 or f32");
    if (Operation *torn = findTorn())
      return refuseTorn(torn);
    if (group)
      getOperation().walk([&](Block *block) { quantizeInputs(*block, *group); });
  }

  void refuse(const std::string &reason) {
    getOperation().emitError(reason);
    signalPassFailure();
  }

  //===--------------------------------------------------------------------===//
  // Storages
  //===--------------------------------------------------------------------===//

  llvm::StringMap<Storage> recipe; // what `store` says, by symbol

  /// Fills it; a sentence about what is wrong with the recipe, or nothing.
  std::string readRecipe() {
    recipe.clear();
    for (const std::string &entry : store) {
      auto [name, word] = StringRef(entry).split('=');
      auto weight = getOperation().lookupSymbol<WeightOp>(name);
      if (!weight || weight.getTensorType().getRank() != 2)
        return "store names '" + name.str() + "', which is no matrix of the model";
      std::optional<Storage> storage = symbolizeStorage(word);
      if (!storage)
        return "store takes " + storageNames() + " for " + name.str() + ", not '" + word.str() + "'";
      if (!recipe.try_emplace(name, *storage).second)
        return "store names '" + name.str() + "' twice";
    }
    return "";
  }

  /// Matrices that stay float unless the recipe names them. Set where the model is built: a small matrix whose rounding
  /// would cost more than its bytes.
  llvm::StringSet<> keptFloat() {
    llvm::StringSet<> kept;
    getOperation().walk([&](LinearOp op) {
      if (LmDialect::KeepFloatAttrHelper(&getContext()).isAttrPresent(op))
        kept.insert(op.getWeight());
    });
    return kept;
  }

  /// Whether the matrices that multiply codes multiply codes of such groups, and there are some if there are codes.
  bool goWith(std::optional<int64_t> group) {
    bool any = false;
    for (WeightOp weight : getOperation().getOps<WeightOp>())
      if (weight.getTensorType().getRank() == 2 && readsCodes(weight.getStorage())) {
        any = true;
        if (groupOfCodes(weight.getStorage()) != group)
          return false;
      }
    return any == group.has_value();
  }

  /// The embedding too: it may be the head as well, and is read row by row either way. `usual`: none where each matrix
  /// stays what it is in the file, which may be something else in each block. Returns a sentence about what cannot be
  /// stored, or nothing.
  std::string storeMatrices(std::optional<Storage> usual, const FileStorages &file) {
    llvm::StringSet<> kept = keptFloat();
    llvm::MapVector<Storage, int64_t> count;
    for (WeightOp weight : getOperation().getOps<WeightOp>()) {
      if (weight.getTensorType().getRank() != 2)
        continue;
      SmallVector<Storage> storages(weight.getSources().size(), usual.value_or(Storage::F32));
      if (auto found = recipe.find(weight.getSymName()); found != recipe.end()) {
        llvm::fill(storages, found->second);
      } else if (kept.contains(weight.getSymName())) {
        llvm::fill(storages, Storage::F32);
      } else if (!usual) {
        std::string problem;
        storages = file.of(weight, problem);
        if (storages.empty())
          return problem;
      }
      if (storages.front() == Storage::F32 && weight.getStorage() == Storage::F32)
        continue;
      weight.setStorages(storages);
      for (Storage storage : weight.getDistinctStorages())
        ++count[storage];
    }
    for (auto [storage, matrices] : count)
      remark::passed(getOperation().getLoc(), remark::RemarkOpts::name("Quantized").category("quantization"))
          << (Twine(matrices) + " matrices stored as " + stringifyStorage(storage)).str();
    return "";
  }

  /// An op that reads matrices of several storages at once, for which there is no kernel.
  Operation *findTorn() {
    Operation *torn = nullptr;
    getOperation().walk([&](Operation *op) {
      if (!haveOneStorage(matricesOf(op))) {
        torn = op;
        return WalkResult::interrupt();
      }
      return WalkResult::advance();
    });
    return torn;
  }

  void refuseTorn(Operation *op) {
    op->emitOpError("reads ")
        << inStorages(matricesOf(op))
        << " at once, for which there is no kernel: give them one storage, or leave the fusion out";
    signalPassFailure();
  }

  //===--------------------------------------------------------------------===//
  // Codes
  //===--------------------------------------------------------------------===//

  static bool multipliesCodes(Operation *op) {
    SmallVector<WeightOp> matrices = readsMatrix(op) ? matricesOf(op) : SmallVector<WeightOp>();
    return !matrices.empty() && readsCodes(matrices.front().getStorage());
  }

  /// One lm.quantize for each value that matrices of codes read, in front of the first of them.
  void quantizeInputs(Block &block, int64_t group) {
    llvm::MapVector<Value, SmallVector<Operation *>> readers;
    for (Operation &op : block)
      if (multipliesCodes(&op) && lm::isRows(op.getOperand(0).getType()))
        readers[op.getOperand(0)].push_back(&op);

    for (auto &[value, ops] : readers) {
      OpBuilder builder(ops.front());
      auto type = QuantizedType::get(&getContext(), lm::columnsOf(value.getType()), group);
      auto codes = QuantizeOp::create(builder, ops.front()->getLoc(), type, value,
                                      activations == options::Activations::Int8Symmetric);
      for (Operation *op : ops)
        op->setOperand(0, codes);
    }
  }
};

} // namespace

} // namespace weebill::passes
