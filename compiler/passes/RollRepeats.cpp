//===- RollRepeats.cpp - Blocks written one after another -----------------===//
//
//     %1 = lm.rms_norm %0, @norm0      @norm per_block from ["a", "b"]
//     %2 = lm.rms_norm %1, @norm1  =>  %3 = lm.repeat [0, 1, 0] %0 {
//     %3 = lm.rms_norm %2, @norm0        lm.rms_norm %h, @norm }
//
// with @norm0 from ["a"] and @norm1 from ["b"]. Tested by tests/lit/passes/roll-repeats.mlir and
// tests/unit/compiler/passes/RollRepeatsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/passes/BlockWeights.h"
#include "compiler/passes/Passes.h"
#include "compiler/passes/Rerolling.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Remarks.h"
#include "llvm/ADT/SetVector.h"

#include <numeric>

namespace weebill::passes {
#define GEN_PASS_DEF_ROLLREPEATSPASS
#include "compiler/passes/Passes.h.inc"
} // namespace weebill::passes

using namespace mlir;
namespace weebill::passes {
using namespace weebill::lm;

namespace {

remark::RemarkOpts sharing(StringRef name) { return remark::RemarkOpts::name(name).category("sharing"); }

std::string counted(int64_t count, StringRef what) {
  return (Twine(count) + " " + what + (count == 1 ? "" : "s")).str();
}

struct RollRepeats : impl::RollRepeatsPassBase<RollRepeats> {
  using RollRepeatsPassBase::RollRepeatsPassBase;

  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (!function.getBody().hasOneBlock())
        continue;
      std::optional<UnrolledOps> unrolled = unroll(function, symbols);
      if (!unrolled)
        continue;
      const std::vector<Piece> pieces = cutIntoPieces(*unrolled);
      const std::vector<Run> runs = findRuns(*unrolled, pieces);
      remarkOnRest(*unrolled, pieces, runs);
      for (const Run &run : runs)
        if (!isRolled(*unrolled, pieces, run))
          roll(*unrolled, llvm::ArrayRef(pieces).slice(run.first, run.period * run.copies), run.copies, symbols);
    }
  }

  /// Whether the run is what one lm.repeat does already.
  static bool isRolled(UnrolledOps &unrolled, const std::vector<Piece> &pieces, const Run &run) {
    RepeatOp first = unrolled.ops[pieces[run.first].first].repeat;
    return first && first == unrolled.ops[pieces[run.end() - 1].last - 1].repeat &&
           int(first.getSchedule().size()) == run.copies;
  }

  void roll(UnrolledOps &unrolled, ArrayRef<Piece> pieces, int copies, SymbolTable &symbols) {
    // Ops of each copy, in the same order.
    const size_t period = pieces.size() / copies;
    std::vector<std::vector<int>> orders(copies);
    for (auto [index, piece] : llvm::enumerate(pieces))
      llvm::append_range(orders[index / period], piece.order);

    llvm::SetVector<Operation *> old;
    for (const std::vector<int> &order : orders)
      for (int op : order)
        old.insert(unrolled.ops[op].top());
    SmallVector<Operation *> inOrder(old.begin(), old.end());
    llvm::sort(inOrder, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });

    BlockWeights weights = makeBlockWeights(unrolled, orders, symbols);
    const Value input = unrolled.values[pieces.front().input], output = unrolled.values[pieces.back().output];
    OpBuilder builder(inOrder.front());
    auto repeat = RepeatOp::create(builder, inOrder.front()->getLoc(), input.getType(), weights.schedule, input);
    buildBody(builder, repeat, unrolled, orders.front(), pieces[0].input, pieces[period - 1].output, weights);
    Value(output).replaceAllUsesWith(repeat.getOutput());
    unrolled.values[pieces.back().output] = repeat.getOutput(); // where another run begins

    remark::passed(repeat.getLoc(), sharing("RolledBlocks"))
        << (Twine(copies) + " copies of " + counted(orders.front().size(), "op") + " became one lm.repeat over " +
            counted(weights.blocks, "block"))
               .str();
    for (Operation *op : llvm::reverse(inOrder))
      op->erase();
    weights.dropUnused(symbols, getOperation());
  }

  /// The first copy's ops, as they are written there, on the weights of whatever block is visited.
  static void buildBody(OpBuilder &builder, RepeatOp repeat, const UnrolledOps &unrolled, std::vector<int> order,
                        int input, int output, BlockWeights &weights) {
    OpBuilder::InsertionGuard guard(builder);
    Block *body =
        builder.createBlock(&repeat.getBody(), {}, {repeat.getInput().getType()}, {repeat.getInput().getLoc()});
    DenseMap<int, Value> values = {{input, body->getArgument(0)}};
    std::vector<size_t> written(order.size());
    std::iota(written.begin(), written.end(), 0);
    llvm::sort(written, [&](size_t a, size_t b) { return order[a] < order[b]; });
    for (size_t index : written) {
      const UnrolledOp &entry = unrolled.ops[order[index]];
      IRMapping none;
      Operation *op = builder.clone(*entry.op, none);
      for (auto [operand, value] : llvm::enumerate(entry.operands))
        op->setOperand(operand, values.lookup(value));
      for (auto [use, symbol] : llvm::zip(entry.weights, weights.symbols[index]))
        op->setAttr(use.attribute, FlatSymbolRefAttr::get(symbol.getSymNameAttr()));
      for (auto [result, value] : llvm::zip(op->getResults(), entry.results))
        values[value] = result;
    }
    YieldOp::create(builder, repeat.getLoc(), values.lookup(output));
  }

  /// Says of every attention that does not follow the one before it in a loop what keeps them apart.
  static void remarkOnRest(UnrolledOps &unrolled, ArrayRef<Piece> pieces, ArrayRef<Run> runs) {
    std::vector<int> runOf(pieces.size(), -1);
    for (auto [index, run] : llvm::enumerate(runs))
      std::fill(runOf.begin() + run.first, runOf.begin() + run.end(), int(index));
    int previous = -1; // piece with an attention
    for (int index = 0; index < int(pieces.size()); ++index) {
      SmallVector<Operation *> attentions;
      for (int op = pieces[index].first; op < pieces[index].last; ++op)
        if (isa<AttentionOp, CachedAttentionOp>(unrolled.ops[op].op))
          attentions.push_back(unrolled.ops[op].op);
      if (attentions.empty())
        continue;
      if (attentions.size() > 1)
        missed(attentions[1], "more than one value goes on from what stands before it");
      else if (previous >= 0 && (runOf[index] < 0 || runOf[index] != runOf[previous]))
        missed(attentions[0], whyApart(unrolled, pieces, previous, index));
      previous = index;
    }
  }

  /// Two pieces that no loop holds both: the first that differ of those behind them, or else of those before them.
  static std::string whyApart(UnrolledOps &unrolled, ArrayRef<Piece> pieces, int one, int other) {
    const int period = other - one, end = int(pieces.size());
    for (int step = 0; step < period && other + step < end; ++step)
      if (std::string text = difference(unrolled, pieces[other + step], pieces[one + step]); !text.empty())
        return text;
    for (int step = 1; step < period && step <= one; ++step)
      if (std::string text = difference(unrolled, pieces[other - step], pieces[one - step]); !text.empty())
        return text;
    return "a loop that takes more is there already";
  }

  static void missed(Operation *op, const std::string &reason) {
    remark::missed(op->getLoc(), sharing("RolledBlocks")) << "not a block as the one before: " + reason;
  }
};

} // namespace

} // namespace weebill::passes
