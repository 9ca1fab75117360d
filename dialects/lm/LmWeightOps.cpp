//===- LmWeightOps.cpp - Verifiers of the module's frame ------------------===//
//
// Tested by tests/lit/dialect/invalid-frame.mlir.
//
//===----------------------------------------------------------------------===//

#include "dialects/lm/LmOps.h"

#include "dialects/lm/BlockNumbers.h"
#include "dialects/lm/WeightChecks.h"

using namespace mlir;
using namespace weebill::lm;

//===----------------------------------------------------------------------===//
// lm.weight
//===----------------------------------------------------------------------===//

/// (C5)
static LogicalResult verifyBlockStorages(WeightOp weight) {
  std::optional<ArrayAttr> storages = weight.getBlockStorages();
  if (!storages)
    return success();
  if (!weight.getPerBlock() || weight.getTensorType().getRank() != 2)
    return weight.emitOpError("lists how blocks store it but is no per_block matrix");
  if (storages->size() != weight.getSources().size())
    return weight.emitOpError("lists ") << storages->size() << " storages for " << weight.getSources().size()
                                        << " sources";
  for (auto word : storages->getAsRange<StringAttr>()) {
    std::optional<Storage> storage = symbolizeStorage(word.getValue());
    if (!storage)
      return weight.emitOpError("lists '") << word.getValue() << "', which is no storage";
    if (!readsCodes(*storage) || groupOfCodes(*storage) != groupOfCodes(weight.getStorage()))
      return weight.emitOpError("is stored as ") << stringifyStorage(weight.getStorage()) << " and as "
                                                 << word.getValue() << ", which do not multiply the same codes";
  }
  if (cast<StringAttr>((*storages)[0]).getValue() != stringifyStorage(weight.getStorage()))
    return weight.emitOpError("is stored as ") << stringifyStorage(weight.getStorage()) << " but lists "
                                               << cast<StringAttr>((*storages)[0]).getValue() << " first";
  return success();
}

LogicalResult WeightOp::verify() {
  auto type = dyn_cast<RankedTensorType>(getType());
  bool positive = type && type.hasStaticShape() && llvm::all_of(type.getShape(), [](int64_t size) { return size > 0; });
  if (!positive || type.getRank() < 1 || type.getRank() > 2 || !type.getElementType().isF32()) // (C1)
    return emitOpError("type is ") << getType() << ", not f32 of rank 1 or 2 with static positive sizes";

  size_t sources = getSources().size();
  if (!getPerBlock() && sources != 1) // (C2)
    return emitOpError("has ") << sources << " sources but is not per_block, which takes exactly one";
  if (getPerBlock() && sources == 0) // (C2)
    return emitOpError("is per_block but has no sources");
  if (llvm::none_of(llvm::seq<int64_t>(0, sources), [&](int64_t block) { return isIn(block); })) // (C2)
    return emitOpError("is in no block: all of its sources are empty");

  if (type.getRank() == 1 && getStorage() != Storage::F32) // (C3)
    return emitOpError("is a vector stored as ") << stringifyStorage(getStorage()) << ", vectors are stored as f32";
  return verifyBlockStorages(*this);
}

bool WeightOp::isIn(int64_t block) { return !cast<StringAttr>(getSources()[block]).getValue().empty(); }

Storage WeightOp::getStorageOf(int64_t index) {
  if (std::optional<ArrayAttr> storages = getBlockStorages())
    return *symbolizeStorage(cast<StringAttr>((*storages)[index]).getValue());
  return getStorage();
}

void WeightOp::setStorages(ArrayRef<Storage> ofSources) {
  setStorage(ofSources.front());
  if (llvm::all_equal(ofSources)) {
    removeBlockStoragesAttr();
    return;
  }
  SmallVector<StringRef> words;
  for (Storage storage : ofSources)
    words.push_back(stringifyStorage(storage));
  setBlockStoragesAttr(Builder(getContext()).getStrArrayAttr(words));
}

SmallVector<Storage> WeightOp::getDistinctStorages() {
  SmallVector<Storage> distinct;
  for (size_t source = 0; source < getSources().size(); ++source)
    if (Storage storage = getStorageOf(source); isIn(source) && !llvm::is_contained(distinct, storage))
      distinct.push_back(storage);
  return distinct;
}

//===----------------------------------------------------------------------===//
// lm.cache
//===----------------------------------------------------------------------===//

/// Positions that attention adds up before it merges them with others (docs/numerics.md, "Attention").
static constexpr int64_t kPositionBlock = 64;

LogicalResult CacheOp::verify() {
  std::pair<StringRef, int64_t> sizes[] = {{"visits", getVisits()},
                                           {"key_value_heads", getKeyValueHeads()},
                                           {"head_size", getHeadSize()},
                                           {"positions", getPositions()}};
  for (auto [name, size] : sizes)
    if (size <= 0) // (C1)
      return emitOpError() << name << " is " << size << ", not positive";

  if (getPositions() % kPositionBlock != 0) // (C2)
    return emitOpError("positions is ") << getPositions() << ", not a multiple of " << kPositionBlock;
  if (std::optional<uint64_t> context = getContext(); context && (*context < 1 || *context > getPositions())) // (C3)
    return emitOpError("context is ") << int64_t(*context) << ", not between 1 and the " << getPositions()
                                      << " positions";
  return success();
}

//===----------------------------------------------------------------------===//
// lm.repeat
//===----------------------------------------------------------------------===//

LogicalResult RepeatOp::verify() {
  if (getSchedule().empty()) // (C1)
    return emitOpError("schedule is empty");
  for (auto [visit, block] : llvm::enumerate(getSchedule()))
    if (block < 0) // (C1)
      return emitOpError("schedule has block ") << block << " at visit " << visit;

  if (auto outer = (*this)->getParentOfType<RepeatOp>()) { // (C5)
    InFlightDiagnostic diagnostic = emitOpError("is inside another lm.repeat");
    diagnostic.attachNote(outer.getLoc()) << "the outer one is here";
    return diagnostic;
  }
  return success();
}

/// A region that takes rows and yields rows of the same type.
static LogicalResult verifyBody(Operation *op, Block &block, Type type) {
  const auto emitOpError = [&](const Twine &text = "") { return op->emitOpError(text); };
  if (block.getNumArguments() != 1) // (C3)
    return emitOpError("body has ") << block.getNumArguments() << " arguments, not one";
  if (block.getArgument(0).getType() != type) // (C3)
    return emitOpError("body takes ") << block.getArgument(0).getType() << " but input is " << type;

  auto yield = block.empty() ? YieldOp() : dyn_cast<YieldOp>(block.back());
  if (!yield) // (C3)
    return emitOpError("body does not end with lm.yield");
  if (yield.getValue().getType() != type) { // (C3)
    InFlightDiagnostic diagnostic = emitOpError("body yields ")
                                    << yield.getValue().getType() << " but input is " << type;
    diagnostic.attachNote(yield.getLoc()) << "it is yielded here";
    return diagnostic;
  }
  return success();
}

LogicalResult RepeatOp::verifyRegions() { return verifyBody(*this, getBody().front(), getInput().getType()); }

/// Whether a visit of the block runs the op.
static bool isRunIn(int64_t block, Operation *op) {
  auto [either, arm] = EitherOp::around(op);
  return !either || (block < int64_t(either.getBlockArms().size()) && either.getBlockArms()[block] == arm);
}

LogicalResult RepeatOp::verifySymbolUses(SymbolTableCollection &symbols) {
  int64_t highest = *llvm::max_element(getSchedule());
  std::optional<SymbolTable::UseRange> uses = SymbolTable::getSymbolUses(&getBody());
  if (!uses)
    return success();
  for (const SymbolTable::SymbolUse &use : *uses) {
    auto weight = symbols.lookupNearestSymbolFrom<WeightOp>(use.getUser(), use.getSymbolRef());
    if (!weight)
      continue; // another kind of symbol, or an error that the user reports

    int64_t blocks = weight.getSources().size();
    if (!weight.getPerBlock()) { // (C4)
      InFlightDiagnostic diagnostic = emitOpError("uses ") << use.getSymbolRef() << ", which is not per_block";
      diagnostic.attachNote(use.getUser()->getLoc()) << "it is used here";
      return diagnostic;
    }
    if (highest >= blocks) { // (C2)
      InFlightDiagnostic diagnostic = emitOpError("schedule has block ")
                                      << highest << " but " << use.getSymbolRef() << " has sources for " << blocks;
      diagnostic.attachNote(weight.getLoc()) << "@" << weight.getSymName() << " is declared here";
      return diagnostic;
    }
    for (int64_t block : getSchedule()) // (C4)
      if (isRunIn(block, use.getUser()) && !weight.isIn(block)) {
        InFlightDiagnostic diagnostic = emitOpError("visits block ")
                                        << block << ", which has no " << use.getSymbolRef();
        diagnostic.attachNote(use.getUser()->getLoc()) << "it is used here";
        return diagnostic;
      }
  }
  return success();
}

//===----------------------------------------------------------------------===//
// lm.either
//===----------------------------------------------------------------------===//

LogicalResult EitherOp::verify() {
  if (failed(verifyBlockCount(*this, getBlockArms().size(), "arm"))) // (C1)
    return failure();
  for (int64_t arm : getBlockArms())
    if (arm < 0 || arm >= kArms) // (C1)
      return emitOpError("has a block with arm ") << arm << ", not 0 or 1";
  return success();
}

LogicalResult EitherOp::verifyRegions() {
  for (Region &arm : (*this)->getRegions())
    if (failed(verifyBody(*this, arm.front(), getInput().getType()))) // (C2)
      return failure();
  return success();
}

std::pair<EitherOp, int64_t> EitherOp::around(Operation *op) {
  for (; op; op = op->getParentOp())
    if (auto either = dyn_cast_if_present<EitherOp>(op->getParentOp()))
      return {either, op->getParentRegion()->getRegionNumber()};
  return {nullptr, -1};
}
