//===- Rerolling.cpp - Where a function does the same again -------------===//

#include "compiler/passes/Rerolling.h"

#include <map>

using namespace mlir;
namespace weebill::passes {
using namespace weebill::lm;

//===----------------------------------------------------------------------===//
// Cutting
//===----------------------------------------------------------------------===//

/// For each place between ops the value that alone is alive there, or -1. A place is named by the op behind it.
static std::vector<int> loneValues(const UnrolledOps &unrolled) {
  const int ops = int(unrolled.ops.size()), values = int(unrolled.types.size());
  std::vector<int> born(values, 0), lastUse(values, 0); // both as places
  for (int op = 0; op < ops; ++op) {
    for (int result : unrolled.ops[op].results)
      born[result] = op + 1;
    for (int operand : unrolled.ops[op].operands)
      lastUse[operand] = op;
  }
  for (int value : unrolled.returned)
    lastUse[value] = ops;

  std::vector<int> alive(ops + 2, 0);
  std::vector<int64_t> sum(ops + 2, 0); // of the numbers of those alive: of a lone one, its own
  for (int value = 0; value < values; ++value)
    if (lastUse[value] >= born[value]) {
      alive[born[value]] += 1, alive[lastUse[value] + 1] -= 1;
      sum[born[value]] += value, sum[lastUse[value] + 1] -= value;
    }
  std::vector<int> lone(ops + 1, -1);
  for (int place = 0; place <= ops; ++place) {
    if (place > 0)
      alive[place] += alive[place - 1], sum[place] += sum[place - 1];
    if (alive[place] == 1)
      lone[place] = int(sum[place]);
  }
  return lone;
}

/// The ops that make the piece's output, operands first. Ops that it does not need are not among them.
static std::vector<int> orderOf(const UnrolledOps &unrolled, const Piece &piece, const std::vector<int> &madeBy) {
  std::vector<int> order, stack;
  std::vector<bool> done(piece.last - piece.first, false);
  const auto visit = [&](int value) {
    if (value != piece.input && madeBy[value] >= piece.first && !done[madeBy[value] - piece.first])
      stack.push_back(madeBy[value]);
  };
  visit(piece.output);
  while (!stack.empty()) {
    const int op = stack.back();
    const size_t before = stack.size();
    for (int operand : llvm::reverse(unrolled.ops[op].operands))
      visit(operand);
    if (stack.size() > before)
      continue; // operands first
    stack.pop_back();
    if (!done[op - piece.first])
      order.push_back(op);
    done[op - piece.first] = true;
  }
  return order;
}

//===----------------------------------------------------------------------===//
// Comparing
//===----------------------------------------------------------------------===//

/// The op's attributes without the weights that it names: which ones they are is what blocks differ in.
static DictionaryAttr attributesOf(UnrolledOp &entry) {
  NamedAttrList list(entry.op->getAttrDictionary());
  for (const WeightUse &use : entry.weights)
    list.erase(use.attribute);
  return list.getDictionary(entry.op->getContext());
}

/// A weight without its name and its tensors.
static DictionaryAttr attributesOf(WeightOp weight) {
  NamedAttrList list(weight->getAttrDictionary());
  for (StringAttr name : {weight.getSymNameAttrName(), weight.getPerBlockAttrName(), weight.getSourcesAttrName()})
    list.erase(name);
  return list.getDictionary(weight.getContext());
}

/// What a loop over blocks can hold: ops of the dialect whose state is not shared between visits.
static std::string obstacle(UnrolledOp &entry) {
  Operation *op = entry.op;
  const std::string name = "'" + op->getName().getStringRef().str() + "'";
  if (!isa_and_nonnull<LmDialect>(op->getDialect()))
    return name + " is not of the dialect";
  if (isa<CacheAppendOp, CachedAttentionOp>(op))
    return name + " works on a cache that is placed already";
  return "";
}

/// Where an operand comes from, counted inside the piece: the same number in equal pieces. -1: its input.
static int placeOf(const UnrolledOps &unrolled, const Piece &piece, int value) {
  int place = 0;
  for (int op : piece.order)
    for (int result : unrolled.ops[op].results) {
      if (result == value)
        return place;
      ++place;
    }
  return -1;
}

using Key = std::vector<const void *>;

/// All that must be the same; uniqued attributes and types are compared by their place in memory.
static Key keyOf(UnrolledOps &unrolled, const Piece &piece) {
  Key key = {unrolled.types[piece.input].getAsOpaquePointer()};
  for (int index : piece.order) {
    UnrolledOp &entry = unrolled.ops[index];
    key.push_back(entry.op->getName().getAsOpaquePointer());
    key.push_back(attributesOf(entry).getAsOpaquePointer());
    for (int operand : entry.operands)
      key.push_back(reinterpret_cast<const void *>(intptr_t(placeOf(unrolled, piece, operand))));
    for (int result : entry.results)
      key.push_back(unrolled.types[result].getAsOpaquePointer());
    for (const WeightUse &use : entry.weights) {
      key.push_back(use.attribute.getAsOpaquePointer());
      key.push_back(attributesOf(use.weight).getAsOpaquePointer());
    }
  }
  return key;
}

static std::string printed(Attribute attribute) {
  std::string text;
  llvm::raw_string_ostream(text) << attribute;
  return text;
}

/// The first entry in which two dictionaries differ, as "epsilon is 1.0e-06, not 1.0e-05".
static std::string differingEntry(DictionaryAttr one, DictionaryAttr other) {
  for (auto [left, right] : {std::pair(one, other), std::pair(other, one)})
    for (NamedAttribute entry : left)
      if (Attribute there = right.get(entry.getName()); there != entry.getValue()) {
        const Attribute here = one.get(entry.getName()), before = other.get(entry.getName());
        return (entry.getName().getValue() + " is " + (here ? printed(here) : "absent") + ", not " +
                (before ? printed(before) : "absent"))
            .str();
      }
  return "";
}

std::string difference(UnrolledOps &unrolled, const Piece &one, const Piece &other) {
  if (one.kind == other.kind)
    return "";
  for (size_t i = 0; i < std::min(one.order.size(), other.order.size()); ++i) {
    UnrolledOp &left = unrolled.ops[one.order[i]], &right = unrolled.ops[other.order[i]];
    const std::string name = "'" + left.op->getName().getStringRef().str() + "'";
    if (std::string reason = obstacle(left); !reason.empty())
      return reason;
    if (left.op->getName() != right.op->getName())
      return name + " stands where there is '" + right.op->getName().getStringRef().str() + "'";
    if (std::string text = differingEntry(attributesOf(left), attributesOf(right)); !text.empty())
      return "of " + name + " " + text;
    for (auto [use, before] : llvm::zip(left.weights, right.weights))
      if (std::string text = differingEntry(attributesOf(use.weight), attributesOf(before.weight)); !text.empty())
        return "of @" + use.weight.getSymName().str() + " " + text;
    for (auto [operand, before] : llvm::zip(left.operands, right.operands))
      if (placeOf(unrolled, one, operand) != placeOf(unrolled, other, before))
        return name + " reads another value";
    for (auto [result, before] : llvm::zip(left.results, right.results))
      if (unrolled.types[result] != unrolled.types[before])
        return name + " gives another type";
  }
  if (one.order.size() != other.order.size())
    return std::to_string(one.order.size()) + " ops are not " + std::to_string(other.order.size());
  return "an op of it computes what nothing reads";
}

std::vector<Piece> cutIntoPieces(UnrolledOps &unrolled) {
  const std::vector<int> lone = loneValues(unrolled);
  std::vector<int> madeBy(unrolled.types.size(), -1);
  for (int op = 0; op < int(unrolled.ops.size()); ++op)
    for (int result : unrolled.ops[op].results)
      madeBy[result] = op;

  std::vector<Piece> pieces;
  std::map<Key, int> kinds;
  int previous = -1;
  for (int place = 0; place < int(lone.size()); ++place) {
    if (lone[place] < 0)
      continue;
    if (previous >= 0) {
      Piece piece{previous, place, lone[previous], lone[place], {}, 0};
      piece.order = orderOf(unrolled, piece, madeBy);
      const bool repeatable = int(piece.order.size()) == piece.last - piece.first &&
                              llvm::all_of(piece.order, [&](int op) { return obstacle(unrolled.ops[op]).empty(); });
      // One that cannot be repeated is equal to none.
      piece.kind = repeatable ? kinds.try_emplace(keyOf(unrolled, piece), int(pieces.size())).first->second
                              : -1 - int(pieces.size());
      pieces.push_back(std::move(piece));
    }
    previous = place;
  }
  return pieces;
}

//===----------------------------------------------------------------------===//
// Runs
//===----------------------------------------------------------------------===//

namespace {

class RunFinder {
public:
  RunFinder(UnrolledOps &unrolled, const std::vector<Piece> &pieces) : unrolled(unrolled), pieces(pieces) {}

  /// Adds the runs of pieces [first, end) to the list.
  void find(int first, int end, std::vector<Run> &runs) {
    Run best;
    for (int period = 1; period <= (end - first) / 2; ++period) // short ones first: of two that cover as much, they win
      for (int start = first, equal = 0; start + 2 * period <= end; ++start, equal = std::max(0, equal - 1)) {
        while (start + equal + period < end && pieces[start + equal].kind == pieces[start + equal + period].kind)
          ++equal; // pieces from `start` on that come again one period later
        int copies = equal / period + 1;
        if (!outside(start))
          continue;
        while (copies > 1 && !outside(start + copies * period))
          --copies;
        if (copies > 1 && period * copies > best.period * best.copies)
          best = {start, period, copies};
      }
    if (best.copies == 0)
      return;
    find(first, best.first, runs);
    runs.push_back(best);
    find(best.end(), end, runs);
  }

private:
  /// Whether the place before a piece is not inside an lm.repeat.
  bool outside(int piece) const {
    const int place = piece < int(pieces.size()) ? pieces[piece].first : pieces.back().last;
    if (place == 0 || place == int(unrolled.ops.size()))
      return true;
    const RepeatOp before = unrolled.ops[place - 1].repeat, behind = unrolled.ops[place].repeat;
    return !before || before != behind;
  }

  UnrolledOps &unrolled;
  const std::vector<Piece> &pieces;
};

} // namespace

std::vector<Run> findRuns(UnrolledOps &unrolled, const std::vector<Piece> &pieces) {
  std::vector<Run> runs;
  RunFinder(unrolled, pieces).find(0, int(pieces.size()), runs);
  return runs;
}

} // namespace weebill::passes
