//===- KeptBlocks.h - Blocks of GGUF files, taken apart ----------*- C++ -*-===//
//
// docs/numerics.md, "Weights that are kept": codes, scales and minimums of the formats whose codes are kept. Written
// from that page and the format's own description, apart from what packs them for the emitted program. Tested by
// tests/unit/compiler/reference/KeptBlocksTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_REFERENCE_KEPTBLOCKS_H
#define WEEBILL_COMPILER_REFERENCE_KEPTBLOCKS_H

#include <cstdint>
#include <string_view>

namespace weebill::reference {

struct BlockFormat {
  std::string_view storage; // "q4_1": in the dialect
  std::string_view type;    // "Q4_1": in the file
  int64_t columns, bytes;   // of a block
  int64_t group;            // columns with one scale
  bool minimums;
  /// codes [columns], scales and minimums [columns / group].
  void (*takeApart)(const uint8_t *block, int8_t *codes, float *scales, float *minimums);
  int64_t rowBytes = 0; // that a row has before its blocks
  /// What these make of the row's scales and minimums, as its blocks have them.
  void (*finishRow)(const uint8_t *row, int64_t groups, float *scales, float *minimums) = nullptr;
};

/// The row of that storage; throws std::logic_error if there is none.
const BlockFormat &blockFormatOf(std::string_view storage);

} // namespace weebill::reference

#endif // WEEBILL_COMPILER_REFERENCE_KEPTBLOCKS_H
