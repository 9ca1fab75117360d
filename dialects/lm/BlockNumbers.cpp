//===- BlockNumbers.cpp - Numbers that each block has for itself ----------===//

#include "dialects/lm/BlockNumbers.h"

#include <cmath>

using namespace mlir;

namespace weebill::lm {

LogicalResult verifyBlockCount(Operation *op, size_t count, StringRef what) {
  auto repeat = op->getParentOfType<RepeatOp>();
  if (!repeat)
    return op->emitOpError("has ") << (what == "arm" ? "an " : "a ") << what
                                   << " for each block, but is in no lm.repeat";
  int64_t blocks = 0;
  for (int64_t block : repeat.getSchedule())
    blocks = std::max(blocks, block + 1);
  if (int64_t(count) != blocks)
    return op->emitOpError("has ") << what << "s of " << count << " blocks, but " << blocks << " are visited";
  return success();
}

LogicalResult verifyBlockScales(Operation *op, std::optional<ArrayRef<float>> scales) {
  if (!scales)
    return success();
  if (failed(verifyBlockCount(op, scales->size(), "scale")))
    return failure();
  for (float scale : *scales)
    if (scale == 0 || !std::isfinite(scale))
      return op->emitOpError("has a block with scale ") << scale << ", which is 0 or not finite";
  return success();
}

LogicalResult verifyBlockWindows(Operation *op, std::optional<ArrayRef<int64_t>> windows) {
  if (!windows)
    return success();
  if (failed(verifyBlockCount(op, windows->size(), "window")))
    return failure();
  for (int64_t window : *windows)
    if (window < 0)
      return op->emitOpError("has a block with window ") << window << ", which is negative";
  return success();
}

/// The op's attributes with a number for each block.
static SmallVector<std::pair<StringAttr, DenseArrayAttr>> blockNumbers(Operation *op) {
  SmallVector<std::pair<StringAttr, DenseArrayAttr>> found;
  for (NamedAttribute attribute : op->getAttrDictionary()) // properties among them
    if (attribute.getName().strref().starts_with("block_"))
      if (auto numbers = dyn_cast<DenseArrayAttr>(attribute.getValue()))
        found.push_back({attribute.getName(), numbers});
  return found;
}

/// Those of some blocks, in their order.
static DenseArrayAttr numbersOf(DenseArrayAttr numbers, ArrayRef<int64_t> blocks) {
  const size_t bytes = numbers.getRawData().size() / numbers.getSize();
  SmallVector<char> kept;
  for (int64_t block : blocks)
    llvm::append_range(kept, numbers.getRawData().slice(block * bytes, bytes));
  return DenseArrayAttr::get(numbers.getElementType(), blocks.size(), kept);
}

void addNumbersOfBlock(Operation *op, int64_t block, SmallVectorImpl<Attribute> &numbers) {
  for (auto &[name, all] : blockNumbers(op))
    numbers.push_back(numbersOf(all, block));
}

void keepBlocks(Operation *op, ArrayRef<int64_t> blocks) {
  for (auto &[name, all] : blockNumbers(op))
    op->setAttr(name, numbersOf(all, blocks));
}

} // namespace weebill::lm
