//===- PrefetchNext.cpp - Reading ahead of a loop -------------------------===//

#include "codegen/kernels/PrefetchNext.h"

#include "codegen/print/ExpressionPrinter.h"
#include "codegen/print/Names.h"
#include "codegen/print/PrepareStatement.h"

#include <algorithm>
#include <vector>

using namespace Halide;
using namespace Halide::Internal;

namespace weebill::kernels {

namespace {

constexpr int kLineBytes = 64;

/// Where a statement reads a buffer.
struct Reads : IRVisitor {
  using IRVisitor::visit;
  const std::string &buffer;
  std::vector<const Load *> loads;

  explicit Reads(const std::string &buffer) : buffer(buffer) {}
  void visit(const Load *load) override {
    if (print::Names::clean(load->name) == buffer)
      loads.push_back(load);
    IRVisitor::visit(load);
  }

  static Expr firstElement(const Load *load) {
    const Ramp *ramp = load->index.as<Ramp>();
    return ramp ? ramp->base : load->index;
  }

  /// How many elements are read, if they lie side by side from the first load's on; otherwise 0.
  int sideBySide() const {
    std::vector<int64_t> offsets;
    for (const Load *load : loads) {
      const Expr offset = simplify(firstElement(load) - firstElement(loads.front()));
      if (!offset.as<IntImm>())
        return 0;
      offsets.push_back(offset.as<IntImm>()->value);
    }
    std::sort(offsets.begin(), offsets.end());
    offsets.erase(std::unique(offsets.begin(), offsets.end()), offsets.end());
    const int lanes = loads.front()->type.lanes();
    for (size_t i = 0; i < offsets.size(); ++i)
      if (offsets[i] != int64_t(i) * lanes)
        return 0;
    return int(offsets.size()) * lanes;
  }
};

class PrefetchNext : public IRMutator {
public:
  explicit PrefetchNext(const TileWalk &walk) : walk(walk) {}
  bool done = false;

private:
  using IRMutator::visit;
  const TileWalk &walk;
  const For *tile = nullptr;

  Stmt visit(const For *loop) override {
    const std::string name = print::Names::clean(loop->name);
    if (name == walk.tile && is_const_zero(loop->min)) {
      tile = loop;
      const Stmt whole = IRMutator::visit(loop);
      tile = nullptr;
      return whole;
    }
    Reads reads(walk.buffer);
    if (name == walk.part && tile)
      loop->body.accept(&reads);
    if (reads.loads.empty())
      return IRMutator::visit(loop);
    done = true;
    std::vector<Stmt> body = prefetches(loop, reads);
    body.push_back(loop->body);
    return For::make(loop->name, loop->min, loop->extent, loop->for_type, loop->partition_policy, loop->device_api,
                     Block::make(body));
  }

  std::vector<Stmt> prefetches(const For *part, const Reads &reads) const {
    const Load *first = reads.loads.front();
    const Type element = first->type.element_of();
    const Expr tileVariable = Variable::make(Int(32), tile->name);
    // Either what is read here, in a tile further on, or, if that is scattered, an equal share of that tile.
    int count = reads.sideBySide();
    Expr start = simplify(substitute(tile->name, 0, Reads::firstElement(first)));
    if (count == 0) {
      count = int(walk.tileElements / part->extent.as<IntImm>()->value);
      start = Mul::make(Variable::make(Int(32), part->name), count);
    }
    // A multiple of the tile's number, so that its loop still prints as one over elements.
    const int size = int(walk.tileElements);
    const int ahead = std::max(1, int(walk.aheadBytes / (walk.tileElements * element.bytes()))) * size;
    const Expr next = Min::make(Mul::make(tileVariable, size), simplify(tile->extent * size - size - ahead)) + ahead;
    std::vector<Stmt> list;
    for (int offset = 0; offset < count; offset += kLineBytes / element.bytes()) {
      const Expr place = Load::make(element, first->name, start + next + offset, {}, {}, const_true(), {});
      list.push_back(Evaluate::make(Call::make(Int(32), "prefetch", {place}, Call::Extern)));
    }
    return list;
  }
};

class PrefetchRecords : public IRMutator {
public:
  explicit PrefetchRecords(const RecordWalk &walk) : walk(walk) {}
  bool done = false;

private:
  using IRMutator::visit;
  const RecordWalk &walk;
  const For *outer = nullptr;

  Stmt visit(const For *loop) override {
    const std::string name = print::Names::clean(loop->name);
    if (!walk.outerLoop.empty() && name == walk.outerLoop) {
      outer = loop;
      const Stmt whole = IRMutator::visit(loop);
      outer = nullptr;
      return whole;
    }
    Reads reads(walk.buffer);
    if (name == walk.loop && is_const_zero(loop->min) && (walk.outerLoop.empty() || outer))
      loop->body.accept(&reads);
    if (reads.loads.empty())
      return IRMutator::visit(loop);
    done = true;
    Expr record = Mul::make(Variable::make(Int(32), loop->name), int(walk.recordBytes));
    if (outer)
      record = Mul::make(Variable::make(Int(32), outer->name), int(walk.outerBytes)) + record;
    Expr ahead = record + int(walk.aheadBytes);
    if (walk.streams > 1) // behind a stream's end lies the next one, which is read already
      ahead = record + Select::make(simplify(record < int(walk.streamBytes - walk.aheadBytes)), int(walk.aheadBytes),
                                    int(walk.aheadBytes + (walk.streams - 1) * walk.streamBytes));
    const std::string call = print::kPlaceCall + ("prefetch_record<" + std::to_string(walk.recordBytes)) + ">";
    const Expr start = walk.streams > 1 ? Variable::make(Int(32), "ahead") : ahead;
    std::vector<Stmt> calls;
    for (int stream = 0; stream < walk.streams; ++stream) {
      const Expr place = Load::make(UInt(8), reads.loads.front()->name, start + int(stream * walk.streamBytes), {}, {},
                                    const_true(), {});
      calls.push_back(Evaluate::make(Call::make(Int(32), call, {place}, Call::Extern)));
    }
    std::vector<Stmt> body = {walk.streams > 1 ? LetStmt::make("ahead", ahead, Block::make(calls))
                                               : Block::make(calls)};
    body.push_back(loop->body);
    return For::make(loop->name, loop->min, loop->extent, loop->for_type, loop->partition_policy, loop->device_api,
                     Block::make(body));
  }
};

} // namespace

Stmt prefetchRecords(const Stmt &body, const RecordWalk &walk) {
  PrefetchRecords mutator(walk);
  const Stmt result = mutator.mutate(print::prepareStatement(body));
  if (!mutator.done)
    throw print::PrintError("no loop '" + walk.loop + "' that reads '" + walk.buffer + "'");
  return result;
}

Stmt prefetchNextTile(const Stmt &body, const TileWalk &walk) {
  PrefetchNext mutator(walk);
  const Stmt result = mutator.mutate(print::prepareStatement(body));
  if (!mutator.done)
    throw print::PrintError("no loop '" + walk.part + "' that reads '" + walk.buffer + "' in a loop '" + walk.tile +
                            "'");
  return result;
}

} // namespace weebill::kernels
