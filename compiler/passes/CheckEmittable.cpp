//===- CheckEmittable.cpp - The last gate ---------------------------------===//
//
// Behind it no step can meet something that it has no kernel for. Tested by tests/lit/passes/check-emittable.mlir,
// tests/lit/passes/check-emittable/stream.mlir and tests/lit/passes/check-emittable/visits.mlir.
//
//===----------------------------------------------------------------------===//

#include "codegen/plan/Contract.h"
#include "compiler/passes/MatricesOf.h"
#include "compiler/passes/Passes.h"
#include "compiler/passes/PlanAttributes.h"
#include "compiler/passes/StepModel.h"
#include "compiler/passes/Storages.h"

namespace weebill::passes {
#define GEN_PASS_DEF_CHECKEMITTABLEPASS
#include "compiler/passes/Passes.h.inc"
} // namespace weebill::passes

using namespace mlir;
namespace weebill::passes {
using namespace weebill::lm;

namespace {

/// Element-wise kernels and row blocks, the heads in them too.
constexpr int64_t kColumnMultiple = plan::kRowBlock;

/// 255 * 127 * columns stays below 2^31 (docs/numerics.md).
constexpr int64_t kMaximumInt8Columns = plan::kExactColumns;

struct CheckEmittable : impl::CheckEmittablePassBase<CheckEmittable> {
  void runOnOperation() override {
    if (failed(check()))
      signalPassFailure();
  }

  LogicalResult check() {
    Problem problem;
    std::optional<ForwardPass> forward = findForwardPass(getOperation(), &problem);
    if (!forward)
      return problem.op->emitOpError(problem.reason);
    for (Section section : {Section::Before, Section::Body, Section::After})
      for (Operation *step : forward->steps(section))
        if (failed(checkKernel(step)) || failed(checkColumns(step, *forward)) || failed(checkHeads(step)))
          return failure();
    if (failed(checkVocabulary(*forward)) || failed(checkBlocks()) || failed(checkConvolution(*forward)) ||
        failed(checkCache(*forward)) || failed(checkRope(*forward)))
      return failure();

    Storages storages(*forward);
    if (storages.problem().op)
      return storages.problem().op->emitOpError(storages.problem().reason);
    return checkPlanned(*forward);
  }

  LogicalResult checkKernel(Operation *step) {
    if (isa<AttentionOp>(step))
      return step->emitOpError("has no kernel: lm-place-cache has to make its cache explicit");
    if (!stepModelOf(step))
      return step->emitOpError("has no kernel");
    if (SmallVector<WeightOp> matrices = matricesOf(step); !haveOneStorage(matrices))
      return step->emitOpError("has no kernel for ") << inStorages(matrices) << " at once";
    return success();
  }

  /// Logits lie in memory of whole blocks, whatever their number; a bias is added to them in place.
  static bool areLogits(Value value, ForwardPass &forward) {
    Value logits = forward.returned();
    if (auto bias = logits.getDefiningOp<AddBiasOp>(); bias && value == bias.getInput())
      return true;
    return value == logits;
  }

  LogicalResult checkColumns(Operation *step, ForwardPass &forward) {
    for (Value result : step->getResults())
      if (int64_t columns = lm::columnsOf(result.getType()); columns % kColumnMultiple && !areLogits(result, forward))
        return step->emitOpError("has no kernel for ") << columns << " columns: not a multiple of " << kColumnMultiple;
    if (auto mixing = dyn_cast<HadamardOp>(step); mixing && mixing.getSize() % kColumnMultiple)
      return step->emitOpError("has no kernel for groups of ")
             << mixing.getSize() << " columns: not a multiple of " << kColumnMultiple;
    if (step->getNumOperands() == 0)
      return success();
    auto codes = dyn_cast<QuantizedType>(step->getOperand(0).getType());
    if (codes && codes.getColumns() > kMaximumInt8Columns)
      return step->emitOpError("has no kernel for ")
             << codes.getColumns() << " columns of codes: sums of more than " << kMaximumInt8Columns << " may overflow";
    return success();
  }

  LogicalResult checkHeads(Operation *step) {
    if (int64_t headSize = stepModelOf(step)->headSize(step); headSize % kColumnMultiple)
      return step->emitOpError("has no kernel for heads of ")
             << headSize << " columns: not a multiple of " << kColumnMultiple;
    return success();
  }

  /// Every id that the embedding has a row for has a logit.
  LogicalResult checkVocabulary(ForwardPass &forward) {
    int64_t logits = lm::columnsOf(forward.returned().getType());
    for (Operation *step : forward.before)
      if (auto embed = dyn_cast<EmbedOp>(step))
        if (auto weight = SymbolTable::lookupNearestSymbolFrom<WeightOp>(embed, embed.getWeightAttr());
            weight.getRows() != logits)
          return embed.emitOpError("knows ") << weight.getRows() << " tokens, but there are " << logits << " logits";
    return success();
  }

  LogicalResult checkBlocks() {
    WeightOp first;
    for (auto weight : getOperation().getOps<WeightOp>()) {
      if (!weight.getPerBlock())
        continue;
      if (!first)
        first = weight;
      if (weight.getSources().size() != first.getSources().size()) {
        InFlightDiagnostic error = weight.emitOpError("has ")
                                   << weight.getSources().size() << " blocks, but @" << first.getSymName() << " has "
                                   << first.getSources().size();
        error.attachNote(first.getLoc()) << "the other is here";
        return error;
      }
    }
    return success();
  }

  /// One convolution in a visit, which keeps what it has seen, and no attention beside it.
  LogicalResult checkConvolution(ForwardPass &forward) {
    for (Section section : {Section::Before, Section::After})
      for (Operation *step : forward.steps(section))
        if (isa<GatedConvolutionOp>(step))
          return step->emitOpError("is outside lm.repeat, where there are no visits to keep rows for");
    Operation *only = nullptr;
    for (Operation *step : forward.body) {
      if (!isa<GatedConvolutionOp>(step))
        continue;
      if (only)
        return step->emitOpError("is the second of lm.repeat: rows are kept for one in a visit");
      only = step;
    }
    for (Operation *step : forward.body)
      if (only && isa<CachedAttentionOp>(step) && (armOf(only) < 0 || armOf(only) == armOf(step)))
        return only->emitOpError("is in the visits that attend: a visit keeps rows, or keys and values");
    return success();
  }

  /// One cache, filled and read once in a visit.
  LogicalResult checkCache(ForwardPass &forward) {
    Operation *append = nullptr, *attention = nullptr;
    for (Section section : {Section::Before, Section::After})
      for (Operation *step : forward.steps(section))
        if (isa<CacheAppendOp, CachedAttentionOp>(step))
          return step->emitOpError("is outside lm.repeat, where there are no visits to keep a cache for");
    for (Operation *step : forward.body) {
      Operation *&only = isa<CacheAppendOp>(step) ? append : attention;
      if (!isa<CacheAppendOp, CachedAttentionOp>(step))
        continue;
      if (only)
        return step->emitOpError("is the second of a visit: one cache is kept for each");
      only = step;
    }
    if (!append || !attention)
      return forward.repeat.emitOpError("has no ") << (append ? "lm.cached_attention" : "lm.cache_append");
    if (armOf(attention) != armOf(append))
      return attention->emitOpError("is not in the visits that lm.cache_append is in");
    if (attention->isBeforeInBlock(append))
      return attention->emitOpError("reads the cache before this visit's keys and values are in it");

    auto name = cast<CacheAppendOp>(append).getCacheAttr();
    if (name != cast<CachedAttentionOp>(attention).getCacheAttr())
      return attention->emitOpError("reads another cache than lm.cache_append writes");
    auto cache = SymbolTable::lookupNearestSymbolFrom<CacheOp>(append, name);
    if (cache.getHeadSize() % kColumnMultiple)
      return attention->emitOpError("has no kernel for heads of ")
             << cache.getHeadSize() << " columns: not a multiple of " << kColumnMultiple;
    if (size_t visits = forward.repeat.getSchedule().size(); cache.getVisits() != visits)
      return cache.emitOpError("has ") << cache.getVisits() << " visits, but the schedule has " << visits;
    return success();
  }

  LogicalResult checkRope(ForwardPass &forward) {
    RopeOp first;
    for (Section section : {Section::Before, Section::Body, Section::After})
      for (Operation *step : forward.steps(section)) {
        auto rope = dyn_cast<RopeOp>(step);
        if (!rope)
          continue;
        if (!first)
          first = rope;
        if (rope.getHeadSize() != first.getHeadSize() || rope.getThetaAttr() != first.getThetaAttr() ||
            rope.getBlockThetasAttr() != first.getBlockThetasAttr())
          return rope.emitOpError("has another theta or head size than the first lm.rope: one table is kept");
        if (rope.getFactorAttr() != first.getFactorAttr() ||
            rope.getBlockFactorsAttr() != first.getBlockFactorsAttr() || rope.getLowAttr() != first.getLowAttr() ||
            rope.getHighAttr() != first.getHighAttr() ||
            rope.getOriginalContextAttr() != first.getOriginalContextAttr())
          return rope.emitOpError("is scaled otherwise than the first lm.rope: one table is kept");
      }
    return success();
  }

  LogicalResult checkPlanned(ForwardPass &forward) {
    std::optional<Arena> arena = getArena(getOperation());
    for (Section section : {Section::Before, Section::Body, Section::After})
      for (Operation *step : forward.steps(section)) {
        if (!getPlace(step, Route::Decode))
          return step->emitOpError("has no phase: lm-plan-phases has not run");
        if (!arena || !getViews(step, arena->buffers))
          return step->emitOpError("has no buffers: lm-assign-buffers has not run");
      }
    return success();
  }
};

} // namespace

} // namespace weebill::passes
