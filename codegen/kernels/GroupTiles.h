//===- GroupTiles.h - Weights in groups on a matrix unit ---------*- C++ -*-===//
//
// How much of a row a matrix unit multiplies before scales are applied, and the function that does it
// (codegen/emit/vectors/groups_x86-64-amx.h). Tested by tests/unit/codegen/kernels/KernelsTextTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_KERNELS_GROUPTILES_H
#define WEEBILL_CODEGEN_KERNELS_GROUPTILES_H

#include "codegen/formats/WeightFormat.h"

#include <string>

namespace weebill::kernels {

/// Records of a piece, of so many of a row: eight groups, as near as divides the row. Products are read too soon behind
/// their stores otherwise: with AMX and Q4_1 one group at a time makes 290 GOPS, three 426, six 484 (Emerald Rapids;
/// AVX512-VNNI 233). A prime number of groups is one piece.
int recordsOfPiece(const formats::KeptBlocks &kept, int records);

/// "multiply_groups<Nibbles, 0, 1, 6, 1, 320, 320, 576>": of a piece, whose products it stores for whole groups or
/// their halves; `rowCodes` are a token's. It makes signed bytes of weights, so that nothing is left to subtract.
std::string multiplyGroups(const formats::KeptBlocks &kept, int pieceRecords, int64_t rowCodes);

} // namespace weebill::kernels

#endif // WEEBILL_CODEGEN_KERNELS_GROUPTILES_H
