//===- BlockWeights.cpp - Weights of blocks that become one region --------===//

#include "compiler/passes/BlockWeights.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"

#include <map>

using namespace mlir;
namespace weebill::passes {
using namespace weebill::lm;

namespace {

/// What the copies read at one place: a use each.
using Column = SmallVector<WeightUse>;

/// "q" for "q0" and "q1", "layers.q" for "layers.0.q" and "layers.1.q": what the names have in common, or the first.
std::string commonName(const Column &column) {
  WeightOp weight = column.front().weight;
  const StringRef first = weight.getSymName();
  StringRef head = first, tail = first;
  for (WeightUse use : column) {
    StringRef name = use.weight.getSymName();
    while (!name.starts_with(head))
      head = head.drop_back();
    while (!name.ends_with(tail))
      tail = tail.drop_front();
  }
  if (head == first)
    return first.str();
  const auto isDigit = [](char c) { return llvm::isDigit(c); };
  head = head.drop_back(head.size() - head.find_last_not_of("0123456789") - 1); // "blk1" of 10 and 11
  tail = tail.drop_while(isDigit);
  constexpr StringRef separators = "._";
  const bool inner = !head.empty() && !tail.empty() && separators.contains(head.back()) && separators.contains(tail[0]);
  const std::string name = (inner ? head.drop_back() : head).str() + tail.str();
  const StringRef bare = StringRef(name).trim(separators);
  return bare.empty() ? first.str() : bare.str();
}

/// Whether every copy reads one block of weights that are per_block already.
bool areBlocks(const std::vector<Column> &columns) {
  for (const Column &column : columns)
    for (auto [copy, use] : llvm::enumerate(column)) {
      const WeightUse &first = columns.front()[copy];
      WeightOp weight = use.weight, same = column.front().weight;
      if (weight != same || !weight.getPerBlock() || use.block != first.block)
        return false;
    }
  return true;
}

} // namespace

BlockWeights makeBlockWeights(UnrolledOps &unrolled, const std::vector<std::vector<int>> &orders,
                              SymbolTable &symbols) {
  std::vector<Column> columns;
  for (size_t op = 0; op < orders.front().size(); ++op)
    for (size_t use = 0; use < unrolled.ops[orders.front()[op]].weights.size(); ++use) {
      Column &column = columns.emplace_back();
      for (const std::vector<int> &order : orders)
        column.push_back(unrolled.ops[order[op]].weights[use]);
    }

  BlockWeights result;
  const bool keep = !columns.empty() && areBlocks(columns);
  llvm::MapVector<Attribute, size_t> blocks; // tensors of a block -> the first copy that reads them
  for (size_t copy = 0; copy < orders.size(); ++copy) {
    SmallVector<Attribute> tensors;
    for (Column &column : columns)
      tensors.push_back(column[copy].source());
    MLIRContext *context = unrolled.ops.front().op->getContext();
    const auto found = blocks.try_emplace(ArrayAttr::get(context, tensors), copy).first;
    result.schedule.push_back(keep ? columns.front()[copy].block : found - blocks.begin());
  }
  result.blocks = int64_t(blocks.size());

  // Places that read the same weight in every copy share one symbol.
  std::map<std::vector<void *>, WeightOp> made;
  auto column = columns.begin();
  for (int op : orders.front()) {
    SmallVector<WeightOp> &list = result.symbols.emplace_back();
    for (size_t use = 0; use < unrolled.ops[op].weights.size(); ++use, ++column) {
      WeightOp first = column->front().weight;
      if (keep) {
        list.push_back(first);
        continue;
      }
      SmallVector<Attribute> sources;
      std::vector<void *> key;
      for (const auto &[tensors, copy] : blocks)
        sources.push_back((*column)[copy].source());
      for (WeightUse &each : *column) {
        key.push_back(each.weight.getOperation());
        key.push_back(const_cast<void *>(each.source().getAsOpaquePointer()));
        if (!llvm::is_contained(result.replaced, each.weight))
          result.replaced.push_back(each.weight);
      }
      WeightOp &weight = made[key];
      if (!weight) {
        weight = first.clone();
        weight.setPerBlock(true);
        weight.setSourcesAttr(ArrayAttr::get(first.getContext(), sources));
        symbols.insert(weight, first->getIterator()); // finds a free name
        result.made.push_back({weight, commonName(*column)});
      }
      list.push_back(weight);
    }
  }
  return result;
}

void BlockWeights::dropUnused(SymbolTable &symbols, ModuleOp module) {
  for (WeightOp weight : replaced)
    if (SymbolTable::symbolKnownUseEmpty(weight, module))
      symbols.erase(weight);
  for (auto &[weight, name] : made) {
    std::string free = name;
    for (int number = 0; weight.getSymName() != free && symbols.lookup(free); ++number)
      free = name + "_" + std::to_string(number);
    if (weight.getSymName() != free)
      (void)symbols.rename(weight, free);
  }
}

} // namespace weebill::passes
