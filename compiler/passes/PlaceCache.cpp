//===- PlaceCache.cpp - The key-value cache made explicit -----------------===//
//
//                                                    lm.cache @cache : f16 visits 30 ...
//     %a = lm.attention %q, %k, %v          ==>      lm.cache_append %k, %v, @cache
//                                                    %a = lm.cached_attention %q, @cache
//
// Tested by tests/lit/passes/place-cache.mlir.
//
//===----------------------------------------------------------------------===//

#include "codegen/plan/Contract.h"
#include "compiler/passes/Passes.h"

#include "mlir/IR/Remarks.h"

namespace weebill::passes {
#define GEN_PASS_DEF_PLACECACHEPASS
#include "compiler/passes/Passes.h.inc"
} // namespace weebill::passes

using namespace mlir;
namespace weebill::passes {
using namespace weebill::lm;

namespace {

using plan::kPositionBlock;

/// More is a slip of the keyboard, and sizes in bytes stay far from overflow.
constexpr int64_t kMaximumContext = int64_t(1) << 24;

CacheElement elementOf(options::CacheFormat format) {
  switch (format) {
  case options::CacheFormat::F16:
    return CacheElement::F16;
  case options::CacheFormat::Int8:
    return CacheElement::Int8;
  case options::CacheFormat::F32:
    return CacheElement::F32;
  }
  llvm_unreachable("all formats are covered");
}

struct PlaceCache : impl::PlaceCachePassBase<PlaceCache> {
  using PlaceCachePassBase::PlaceCachePassBase;

  void runOnOperation() override {
    if (context < 1 || context > kMaximumContext) {
      getOperation().emitError("lm-place-cache: context is ")
          << context.getValue() << ", not between 1 and " << kMaximumContext;
      return signalPassFailure();
    }

    SmallVector<AttentionOp> attentions;
    getOperation().walk([&](AttentionOp attention) { attentions.push_back(attention); });
    if (attentions.empty())
      return;
    if (attentions.size() > 1) {
      InFlightDiagnostic error = attentions[1].emitOpError("is the second attention: one cache is kept for each visit");
      error.attachNote(attentions[0].getLoc()) << "the first is here";
      return signalPassFailure();
    }
    place(attentions.front(), elementOf(cache));
  }

  void place(AttentionOp attention, CacheElement element) {
    auto repeat = attention->getParentOfType<RepeatOp>();
    int64_t visits = repeat ? repeat.getSchedule().size() : 1;
    int64_t headSize = lm::columnsOf(attention.getQuery().getType()) / attention.getHeads();
    int64_t positions = (context + kPositionBlock - 1) / kPositionBlock * kPositionBlock;

    Block *top = getOperation().getBody();
    Block::iterator behindWeights = top->begin();
    for (auto weight : top->getOps<WeightOp>())
      behindWeights = std::next(weight->getIterator());
    SymbolTable symbols(getOperation()); // finds a free name
    OpBuilder detached(&getContext());
    auto symbol = CacheOp::create(detached, attention.getLoc(), "cache", element, visits, attention.getKeyValueHeads(),
                                  headSize, positions, detached.getI64IntegerAttr(context));
    symbols.insert(symbol, behindWeights);

    OpBuilder builder(attention);
    auto reference = FlatSymbolRefAttr::get(symbol.getSymNameAttr());
    CacheAppendOp::create(builder, attention.getLoc(), attention.getKey(), attention.getValue(), reference);
    auto cached = CachedAttentionOp::create(builder, attention.getLoc(), attention.getType(), attention.getQuery(),
                                            reference, attention.getHeadsAttr());
    remark::passed(attention.getLoc(), remark::RemarkOpts::name("PlacedCache").category("memory"))
        << (Twine("cache of ") + Twine(positions) + " positions for each of " + Twine(visits) + " visits").str();
    attention.replaceAllUsesWith(cached.getResult());
    attention.erase();
  }
};

} // namespace

} // namespace weebill::passes
