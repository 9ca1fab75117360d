//===- AssignBuffers.cpp - Offsets in one arena ---------------------------===//
//
// Tested by tests/lit/passes/assign-buffers.mlir.
//
//===----------------------------------------------------------------------===//

#include "compiler/passes/Partitions.h"
#include "compiler/passes/Passes.h"
#include "compiler/passes/StepModel.h"

#include "mlir/IR/Remarks.h"
#include "llvm/ADT/STLExtras.h"

namespace weebill::passes {
#define GEN_PASS_DEF_ASSIGNBUFFERSPASS
#include "compiler/passes/Passes.h.inc"
} // namespace weebill::passes

using namespace mlir;
namespace weebill::passes {
using namespace weebill::lm;

namespace {

constexpr int64_t kAlignment = 64;     // bytes: a cache line, and the widest vector
constexpr int64_t kColumnPadding = 64; // columns: a tile of AMX
constexpr int64_t kMaximumChunk = ArenaAttr::kMaximumChunk;

int64_t roundUp(int64_t value, int64_t multiple) { return (value + multiple - 1) / multiple * multiple; }

/// Phases, counted through all three sections, from the first to the last that touches a buffer.
struct Lifetime {
  int64_t first = INT64_MAX, last = -1;

  void add(int64_t phase) {
    first = std::min(first, phase);
    last = std::max(last, phase);
  }
  bool meets(const Lifetime &other) const { return first <= other.last && other.first <= last; }
};

/// A buffer before it has an offset. Storages of the same name and shape whose lives do not meet are one.
struct Candidate {
  std::string base; // the storages' name
  plan::BufferPlan buffer;
  bool padded = false;                // its rows end in columns that nobody writes
  int over = -1;                      // what it may lie on in a chunk: the rows that the step that writes it reads last
  std::vector<Lifetime> lifetimes[2]; // [route]

  bool meets(const Candidate &other) const {
    for (int route : {0, 1})
      for (const Lifetime &mine : lifetimes[route])
        for (const Lifetime &theirs : other.lifetimes[route])
          if (mine.meets(theirs))
            return true;
    return false;
  }
  bool sameShape(const Candidate &other) const {
    return buffer.element == other.buffer.element && buffer.columns == other.buffer.columns && padded == other.padded &&
           buffer.perToken == other.buffer.perToken && buffer.privateInDecode == other.buffer.privateInDecode;
  }
};

/// The storage whose rows a step may write over, token by token, in a chunk; of one token every thread reads it, and
/// writes a row of its own. -1: none.
int overwrittenInChunks(Operation *step, const Storages &storages) {
  const std::optional<Place> decode = getPlace(step, Route::Decode), prefill = getPlace(step, Route::Prefill);
  if (!decode || !prefill || decode->partition.share != plan::Share::Every ||
      prefill->partition.share != plan::Share::Tokens)
    return -1;
  const Value input = step->getOperand(0);
  const std::optional<plan::View> from = storages.viewOf(input), to = storages.outputOf(step);
  if (!from || !to || from->buffer == 0 || !input.hasOneUse() || stepModelOf(step)->inPlace(0) == InPlace::Never)
    return -1;
  const StoragePlan &read = storages.all()[from->buffer], &written = storages.all()[to->buffer];
  return read.columns == written.columns && from->columns == read.columns && read.perToken && written.perToken
             ? from->buffer
             : -1;
}

/// A candidate for each storage.
std::vector<Candidate> describe(const Storages &storages) {
  std::vector<Candidate> candidates;
  for (const StoragePlan &storage : storages.all()) {
    Candidate candidate;
    candidate.base = candidate.buffer.name = storage.name;
    candidate.buffer.element = storage.element;
    candidate.buffer.columns = roundUp(storage.columns, kColumnPadding);
    candidate.buffer.perToken = storage.perToken;
    candidate.padded = storage.element == plan::Element::F32 && storage.columns % kColumnPadding != 0;
    std::optional<Place> place =
        storage.writers.empty() ? std::nullopt : getPlace(storage.writers.front(), Route::Decode);
    candidate.buffer.privateInDecode = place && place->partition.share == plan::Share::Every;
    if (candidate.buffer.privateInDecode)
      candidate.over = overwrittenInChunks(storage.writers.front(), storages);
    candidates.push_back(candidate);
  }
  return candidates;
}

/// Adds the phases in which each storage is touched. The residual stream is: from the first phase to the last, because
/// a visit follows a visit.
void addLifetimes(ForwardPass &forward, const Storages &storages, std::vector<Candidate> &candidates) {
  for (Route route : {Route::Decode, Route::Prefill}) {
    std::vector<Lifetime> lifetimes(candidates.size());
    int64_t sectionStart = 0;
    for (Section section : {Section::Before, Section::Body, Section::After}) {
      int64_t phases = 0;
      for (Operation *step : forward.steps(section)) {
        std::optional<Place> place = getPlace(step, route);
        if (!place)
          continue;
        phases = std::max(phases, place->phase + 1);
        for (const Access &access : accessesOf(step, place->partition, storages))
          if (access.storage >= 0)
            lifetimes[access.storage].add(sectionStart + place->phase);
      }
      sectionStart += phases;
    }
    for (size_t i = 0; i < candidates.size(); ++i)
      candidates[i].lifetimes[route == Route::Prefill].push_back(lifetimes[i]);
  }
  for (auto &lifetimes : candidates.front().lifetimes)
    lifetimes.front() = {0, INT64_MAX};
}

/// Buffers of the storages, and which buffer each storage became.
struct Merged {
  std::vector<Candidate> buffers;
  std::vector<int> bufferOf;
};

Merged merge(const std::vector<Candidate> &candidates) {
  Merged merged;
  for (const Candidate &candidate : candidates) {
    int sameName = 0, home = -1;
    for (size_t i = 0; i < merged.buffers.size() && home < 0; ++i) {
      if (merged.buffers[i].base != candidate.base)
        continue;
      ++sameName;
      if (candidate.sameShape(merged.buffers[i]) && !candidate.meets(merged.buffers[i]))
        home = i;
    }
    if (home < 0) {
      home = merged.buffers.size();
      merged.buffers.push_back(candidate);
      if (candidate.over >= 0) // an operand, described before what is made of it
        merged.buffers.back().over = merged.bufferOf[candidate.over];
      if (sameName)
        merged.buffers.back().buffer.name += "_" + std::to_string(sameName + 1);
    } else {
      merged.buffers[home].over = -1; // not all that is in it
      for (int route : {0, 1})
        llvm::append_range(merged.buffers[home].lifetimes[route], candidate.lifetimes[route]);
    }
    merged.bufferOf.push_back(home);
  }
  return merged;
}

using Placed = SmallVector<Candidate *>;

/// The end of the first placed buffer that a candidate cannot share bytes with at an offset; none if there is none.
/// Buffers with columns that must stay zero share none.
std::optional<int64_t> obstacleAt(int64_t offset, const Candidate &candidate, const Placed &placed, int64_t chunk) {
  for (const Candidate *other : placed) {
    const int64_t end = roundUp(other->buffer.offset + other->buffer.bytes(chunk), kAlignment);
    const bool apart = !candidate.padded && !other->padded && !candidate.meets(*other);
    if (!apart && other->buffer.offset < offset + candidate.buffer.bytes(chunk) && offset < end)
      return end;
  }
  return std::nullopt;
}

/// Whether a candidate can lie on a placed one.
bool fitsOn(const Candidate *under, const Candidate &candidate, Placed placed, int64_t chunk) {
  llvm::erase(placed, under);
  return !obstacleAt(under->buffer.offset, candidate, placed, chunk);
}

/// Offsets: large buffers first, each at the lowest place that is free while it lives, or on what it overwrites.
/// Returns the arena's bytes.
int64_t allocate(std::vector<Candidate> &candidates, int64_t chunk) {
  Placed order, placed;
  for (Candidate &candidate : candidates)
    order.push_back(&candidate);
  llvm::stable_sort(order, [&](Candidate *a, Candidate *b) { return a->buffer.bytes(chunk) > b->buffer.bytes(chunk); });

  int64_t arena = 0;
  for (Candidate *candidate : order) {
    int64_t offset = 0;
    Candidate *under = candidate->over < 0 ? nullptr : &candidates[candidate->over];
    if (under && llvm::is_contained(placed, under) && fitsOn(under, *candidate, placed, chunk)) {
      offset = under->buffer.offset;
    } else { // where it would run into a buffer that lives at the same time it moves behind it, until it fits
      llvm::sort(placed, [](Candidate *a, Candidate *b) { return a->buffer.offset < b->buffer.offset; });
      while (std::optional<int64_t> end = obstacleAt(offset, *candidate, placed, chunk))
        offset = *end;
    }
    candidate->buffer.offset = offset;
    arena = std::max(arena, offset + roundUp(candidate->buffer.bytes(chunk), kAlignment));
    placed.push_back(candidate);
  }
  return arena;
}

struct AssignBuffers : impl::AssignBuffersPassBase<AssignBuffers> {
  using AssignBuffersPassBase::AssignBuffersPassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (chunk < 1 || chunk > kMaximumChunk) {
      module.emitError("lm-assign-buffers: chunk is ") << chunk.getValue() << ", not between 1 and " << kMaximumChunk;
      return signalPassFailure();
    }
    std::optional<ForwardPass> forward = findForwardPass(module);
    if (!forward)
      return; // lm-check-emittable says why
    Storages storages(*forward);
    if (storages.problem().op)
      return; // there too

    std::vector<Candidate> candidates = describe(storages);
    addLifetimes(*forward, storages, candidates);
    Merged merged = merge(candidates);
    Arena arena{{}, chunk, allocate(merged.buffers, chunk)};
    int64_t bytesApart = 0;
    for (const Candidate &candidate : merged.buffers) {
      arena.buffers.push_back(candidate.buffer);
      bytesApart += roundUp(candidate.buffer.bytes(chunk), kAlignment);
    }
    setArena(module, arena);
    for (Section section : {Section::Before, Section::Body, Section::After})
      for (Operation *step : forward->steps(section))
        setStepViews(step, storages, merged, arena.buffers);
    remark::passed(module.getLoc(), remark::RemarkOpts::name("AssignedBuffers").category("memory"))
        << (Twine(arena.buffers.size()) + " buffers in " + Twine(arena.bytes) + " bytes, " + Twine(bytesApart) +
            " side by side")
               .str();
  }

  void setStepViews(Operation *step, const Storages &storages, const Merged &merged,
                    const std::vector<plan::BufferPlan> &buffers) {
    if (!getPlace(step, Route::Decode))
      return;
    auto inBuffer = [&](plan::View view) { return plan::View{merged.bufferOf[view.buffer], view.first, view.columns}; };
    StepViews views;
    for (Value operand : step->getOperands()) {
      if (isTokens(operand.getType()))
        continue;
      std::optional<plan::View> view = storages.viewOf(operand);
      if (!view)
        return; // what makes it has no kernel: lm-check-emittable says so
      views.in.push_back(inBuffer(*view));
    }
    if (std::optional<plan::View> out = storages.outputOf(step))
      views.out = inBuffer(*out);
    setViews(step, views, buffers);
  }
};

} // namespace

} // namespace weebill::passes
