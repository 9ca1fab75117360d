//===- KeptRecords.h - What formats of kept codes have in common -*- C++ -*-===//
//
// A matrix is one array of records, [rows / 16][columns / 32], or / 256: for each 32 columns the codes of 16 rows, four
// columns of a row side by side, then what the codes are worth. A kernel's lanes run over rows, and all that a group
// needs lies together. Codes of five and six bits are their lower four as codes of four bits, and a plane of the
// others. Tested by tests/unit/codegen/formats/PackKeptTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_FORMATS_KEPTRECORDS_H
#define WEEBILL_CODEGEN_FORMATS_KEPTRECORDS_H

#include "codegen/formats/WeightFormat.h"

#include <cstring>
#include <string>

namespace weebill::formats {

/// Where each row of a matrix lies in records, by `pack(block, record, lane)` for each block of the model file.
template <const KeptBlocks &kept, auto pack>
void packKeptRows(const uint8_t *rows, int64_t count, int64_t columns, uint8_t *const *arrays) {
  const int64_t blocks = columns / kept.columns;
  for (int64_t lane = 0; lane < count; ++lane, rows += kept.rowBytes(columns)) {
    for (int64_t factor = 0; factor < kept.rowFactors; ++factor)
      std::memcpy(arrays[1] + (factor * kRowBlock + lane) * 2, rows + 2 * factor, 2);
    for (int64_t block = 0; block < blocks; ++block)
      pack(rows + 2 * kept.rowFactors + block * kept.bytes, arrays[0] + block * kept.recordBytes * kRowBlock, lane);
  }
}

/// Four bytes of a row after the other, `bytes` in all, beside those of the other rows.
inline void packFours(const uint8_t *from, int64_t bytes, uint8_t *record, int64_t lane) {
  for (int64_t byte = 0; byte < bytes; byte += 4)
    std::memcpy(record + byte * kRowBlock + 4 * lane, from + byte, 4);
}

/// The lane's float16 of 16.
inline void packHalf(const uint8_t *from, uint8_t *halves, int64_t lane) { std::memcpy(halves + 2 * lane, from, 2); }

/// Two bits of codes of 32 columns, in [2][16][4] bytes: those of columns 16 h + 4 s + i are bits 2 s and 2 s + 1 of
/// byte i of half h. The lowest two, or others above them.
inline void packTwoBits(const uint8_t (&codes)[32], uint8_t *plane, int64_t lane, int lowest = 0) {
  for (int i = 0; i < 8; ++i) {
    uint8_t &byte = plane[i / 4 * 64 + lane * 4 + i % 4] = 0;
    for (int step = 0; step < 4; ++step)
      byte |= uint8_t((codes[i / 4 * 16 + 4 * step + i % 4] >> lowest & 3) << 2 * step);
  }
}

/// Codes of 32 columns, of so many bits, four to six: [4][16][4] bytes with the second 16 columns in the upper halves,
/// then, in [16][4] bytes, bit 4 of columns 4 s + i as bit s of byte i; or bits 4 and 5 as packTwoBits has them.
template <int bits> void packCodes(const uint8_t (&codes)[32], uint8_t *piece, int64_t lane) {
  for (int i = 0; i < 16; ++i)
    piece[i / 4 * 64 + lane * 4 + i % 4] = uint8_t((codes[i] & 15) | (codes[16 + i] & 15) << 4);
  uint8_t *plane = piece + 256;
  if constexpr (bits == 5)
    for (int i = 0; i < 4; ++i) {
      uint8_t &byte = plane[lane * 4 + i] = 0;
      for (int step = 0; step < 8; ++step)
        byte |= uint8_t((codes[4 * step + i] >> 4) << step);
    }
  if constexpr (bits == 6)
    packTwoBits(codes, plane, lane, 4);
}

/// embedRow of formats whose records are codes as packTwoBits has them, each less 1, and a scale that all groups share.
inline constexpr const char *kEmbedTwoBits =
    R"(// Some columns of a token's row of the embedding matrix, which lies as the head reads it.
inline void embed_row(const $member&w, i32 id, Range columns, f32 *x) {
  const u8 *row = w.records + i64{id / 16} * $bytes;
  const i32 lane = id % 16;
  for (i32 k = columns.from; k < columns.to; ++k) {
    const u8 *record = row + k / $columns * $record;
    const i32 byte = record[k % $columns / 16 * 64 + lane * 4 + k % 4];
    f16 scale;
    std::memcpy(&scale, record + $shared + lane * 2, sizeof scale);
    x[k] = convert<f32>(scale) * static_cast<f32>((byte >> k % 16 / 4 * 2 & 3) - 1);
  }
}
)";

/// What the codes of IQ4_NL and IQ4_XS stand for.
inline constexpr const char *kValuesIQ4 = "-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113";

/// Q5_0 and Q5_1 have 32 fifth bits in 4 bytes, and behind them 16 bytes, each with the lower four bits of a column of
/// the first 16 and of one of the second 16.
inline void packFiveBits(const uint8_t *fifth, uint8_t *record, int64_t lane) {
  const uint8_t *lower = fifth + 4;
  uint8_t codes[32];
  for (int i = 0; i < 32; ++i)
    codes[i] = uint8_t((lower[i % 16] >> (i < 16 ? 0 : 4) & 15) | (fifth[i / 8] >> i % 8 & 1) << 4);
  packCodes<5>(codes, record, lane);
}

/// Q6_0 and Q6_C have 8 bytes of upper pairs of bits, 16 bytes of lower halves. A byte of pairs has those of columns i,
/// i + 16, i + 8 and i + 24, one of lower halves columns 16 apart.
inline void packSixBits(const uint8_t *pairs, uint8_t *record, int64_t lane) {
  const uint8_t *lower = pairs + 8;
  uint8_t codes[32];
  for (int i = 0; i < 32; ++i)
    codes[i] =
        uint8_t((lower[i % 16] >> (i < 16 ? 0 : 4) & 15) | (pairs[i % 8] >> (i % 16 / 8 * 4 + i / 16 * 2) & 3) << 4);
  packCodes<6>(codes, record, lane);
}

/// Q4_K and Q5_K: a block is two float16, for scales and minimums, 12 bytes of both, of five bits 32 bytes of fifth
/// bits, a bit for each group, and 128 bytes of codes: 32 bytes for each two groups, in their lower and their upper
/// halves. Of the first four scales and minimums the 12 bytes have all six bits, of the last four the upper two above
/// them and the lower four in the last 4 bytes; here they are bytes.
template <const KeptBlocks &kept, int bits> void packTwoLevels(const uint8_t *block, uint8_t *record, int64_t lane) {
  const uint8_t *scales = block + 4, *fifth = block + 16, *lower = fifth + (bits == 5 ? 32 : 0);
  for (int group = 0; group < 8; ++group) {
    uint8_t *piece = record + group * kept.pieceBytes * kRowBlock, codes[32];
    for (int i = 0; i < 32; ++i) {
      codes[i] = lower[group / 2 * 32 + i] >> (group % 2 * 4) & 15;
      if constexpr (bits == 5)
        codes[i] |= uint8_t((fifth[i] >> group & 1) << 4);
    }
    packCodes<bits>(codes, piece, lane);
    const uint8_t *low = scales + group % 4;
    piece[kept.scales + lane] = uint8_t(group < 4 ? low[0] & 63 : (low[8] & 15) | low[0] >> 6 << 4);
    piece[kept.minimums + lane] = uint8_t(group < 4 ? low[4] & 63 : low[8] >> 4 | low[4] >> 6 << 4);
  }
  packHalf(block, record + sharedOffset(kept), lane);
  packHalf(block + 2, record + sharedOffset(kept) + 32, lane);
}

/// Products and their sum; for each group its scales and one sum, with a minimum a product and a sum more.
template <int floatingOfGroup> Operations keptOperations(int64_t rows, int64_t columns) {
  return {.integer = 2 * rows * columns, .floating = floatingOfGroup * rows * (columns / 32)};
}

/// "records [576 / 16][192 / 32] of 288 bytes".
template <const KeptBlocks &kept> std::string keptShape(const std::string &rows, const std::string &columns) {
  return "records [" + rows + " / 16][" + columns + " / " + std::to_string(kept.columns) + "] of " +
         std::to_string(kept.recordBytes * kRowBlock) + " bytes";
}

/// The arrays of such a format. Those that have no factors of rows have the first alone.
template <const KeptBlocks &kept>
inline constexpr FormatArray kRecords[] = {{.name = "records",
                                            .type = "u8",
                                            .elementBytes = 1,
                                            .elements = kept.recordBytes,
                                            .columns = kept.columns,
                                            .readByEmbed = true},
                                           {.name = "factors",
                                            .type = "u8",
                                            .elementBytes = 1,
                                            .elements = 2 * kept.rowFactors,
                                            .columns = 0,
                                            .readByEmbed = true}};

/// What one says of itself, as in WeightFormat.
struct KeptFormat {
  const char *name;
  int64_t number;
  Operations (*operations)(int64_t rows, int64_t columns);
  int64_t embedOperations;
  const char *words;
  const char *member;
  const char *structText;
  const char *functionSuffix;
  const char *embedRow;
};

/// With what all of them answer alike.
template <const KeptBlocks &kept, auto pack> constexpr WeightFormat keptFormat(const KeptFormat &own) {
  return {.name = own.name,
          .number = own.number,
          .activations = Activations::Groups,
          .arrays = std::span(kRecords<kept>, kept.rowFactors ? 2 : 1),
          .rowBlock = kRowBlock,
          .columnMultiple = kept.columns,
          .packBlock = nullptr,
          .holds = nullptr,
          .limit = "",
          .operations = own.operations,
          .embedOperations = own.embedOperations,
          .words = own.words,
          .shape = keptShape<kept>,
          .member = own.member,
          .structText = own.structText,
          .functionSuffix = own.functionSuffix,
          .kernelArguments = kept.rowFactors ? "w.records + i64{block} * $bytes, w.factors + $rest * block"
                                             : "w.records + i64{block} * $bytes",
          .embedRow = own.embedRow,
          .kept = &kept,
          .packKept = packKeptRows<kept, pack>};
}

} // namespace weebill::formats

#endif // WEEBILL_CODEGEN_FORMATS_KEPTRECORDS_H
