//===- GroupTiles.cpp - Weights in groups on a matrix unit ----------------===//

#include "codegen/kernels/GroupTiles.h"

#include <algorithm>

namespace weebill::kernels {

int recordsOfPiece(const formats::KeptBlocks &kept, int records) {
  int count = int(std::max<int64_t>(8 / kept.groups(), 1));
  while (records % count != 0)
    --count;
  return count * kept.groups() == 1 ? records : count;
}

std::string multiplyGroups(const formats::KeptBlocks &kept, int pieceRecords, int64_t rowCodes) {
  const int64_t zero = kept.takesSum() && !kept.isSigned ? kept.zero : 0;
  std::string function = "multiply_groups<" + std::string(kept.codes);
  for (int64_t number : {zero, kept.scalesOfGroup, pieceRecords * kept.groups(), kept.groups(),
                         kept.pieceBytes * formats::kRowBlock, kept.recordBytes * formats::kRowBlock, rowCodes})
    function += ", " + std::to_string(number);
  return function + ">";
}

} // namespace weebill::kernels
