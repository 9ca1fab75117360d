//===- KeptRecords.h - What formats of kept codes have in common -*- C++ -*-===//
//
// A matrix is one array of records, [rows / 16][columns / 32]: the codes of 16 rows and 32 columns, four columns of a
// row side by side, then what the codes are worth. A kernel's lanes run over rows, and all that a group needs lies
// together. Tested by tests/unit/codegen/formats/PackKeptTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_FORMATS_KEPTRECORDS_H
#define WEEBILL_CODEGEN_FORMATS_KEPTRECORDS_H

#include "codegen/formats/WeightFormat.h"

#include <cstring>
#include <string>

namespace weebill::formats {

/// Calls `pack(block, record, lane)` for each block of the rows.
template <class Pack>
void forEachBlock(const KeptBlocks &kept, const uint8_t *rows, int64_t count, int64_t columns, uint8_t *records,
                  Pack pack) {
  const int64_t blocks = columns / kept.columns;
  for (int64_t lane = 0; lane < count; ++lane)
    for (int64_t block = 0; block < blocks; ++block)
      pack(rows + (lane * blocks + block) * kept.bytes, records + block * kept.bytes * kRowBlock, lane);
}

/// Four bytes of a row after the other, `bytes` in all, beside those of the other rows.
inline void packFours(const uint8_t *from, int64_t bytes, uint8_t *record, int64_t lane) {
  for (int64_t byte = 0; byte < bytes; byte += 4)
    std::memcpy(record + byte * kRowBlock + 4 * lane, from + byte, 4);
}

/// The lane's float16 of 16.
inline void packHalf(const uint8_t *from, uint8_t *halves, int64_t lane) { std::memcpy(halves + 2 * lane, from, 2); }

/// Products and their sum; for each group its scales and one sum, with a minimum a product and a sum more.
template <int floatingOfGroup> Operations keptOperations(int64_t rows, int64_t columns) {
  return {.integer = 2 * rows * columns, .floating = floatingOfGroup * rows * (columns / 32)};
}

/// "records [576 / 16][192 / 32] of 288 bytes", for blocks of so many bytes.
template <int64_t bytes> std::string keptShape(const std::string &rows, const std::string &columns) {
  return "records [" + rows + " / 16][" + columns + " / 32] of " + std::to_string(bytes * kRowBlock) + " bytes";
}

} // namespace weebill::formats

#endif // WEEBILL_CODEGEN_FORMATS_KEPTRECORDS_H
