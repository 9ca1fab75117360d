//===- AttentionTiles.cpp - Register tiles of the attention kernels -------===//

#include "codegen/kernels/AttentionTiles.h"

#include <algorithm>

namespace weebill::kernels {

namespace {

int largestDivisor(int number, int limit) {
  int divisor = std::max(1, std::min(number, limit));
  while (number % divisor != 0)
    --divisor;
  return divisor;
}

} // namespace

// Accumulators take three quarters of the registers; the others hold a key and the queries.
AttentionTile scoresTile(int heads, int vectorsOfGroup, int registers) {
  const int accumulators = registers * 3 / 4;
  AttentionTile tile;
  tile.heads = largestDivisor(heads, accumulators / vectorsOfGroup);
  tile.groups = largestDivisor(kAttentionGroups, accumulators / (vectorsOfGroup * tile.heads));
  return tile;
}

// Twelve, although wider targets have more registers: the sum over blocks takes as many again. Without vectors there is
// nothing to hold in registers: a loop over 16 elements of one head.
AttentionTile valuesTile(int heads, int headSize, int lanes) {
  if (lanes == 1)
    return {1, 1};
  AttentionTile tile;
  tile.heads = largestDivisor(heads, 8);
  tile.groups = largestDivisor(headSize / lanes, 12 / tile.heads);
  return tile;
}

std::string attentionName(const std::string &kind, const AttentionShape &shape) {
  const std::string name = kind + (shape.windowed ? "_window_" : "_") + print::printType(cacheType(shape.cache)) + "_" +
                           std::to_string(shape.groupHeads) + "x" + std::to_string(shape.headSize);
  require(shape.groupHeads > 0, name, "no heads");
  require(shape.headSize > 0 && shape.headSize % 16 == 0, name, "the head size is not a multiple of 16");
  return name;
}

} // namespace weebill::kernels
