// Vectors as on AVX512 with VNNI, and products of tiles: of 16 tokens' codes and 16 rows at once, on AMX. By hand,
// because Halide has no such registers. Tested by tests/unit/codegen/kernels.
#pragma once

#include "x86-64-avx512vnni.h"

// Tile registers are so many rows of so many bytes: 0 for products, 1 for the codes of 16 tokens, 2 for the weights of
// 16 rows, four columns side by side.
template <i32 columns> struct TileShapes {
  u8 palette = 1, start = 0, reserved[14] = {};
  u16 bytes[16] = {64, columns, 64};
  u8 rows[16] = {16, 16, columns / 4};
};

// What this thread needs to multiply tiles, as long as it lives. Others in the process may shape the registers, too.
template <i32 columns> struct TileRegisters {
  TileRegisters() {
    static constexpr TileShapes<columns> kShapes; // in memory: GCC 12 does not know that all of it is read
    _tile_loadconfig(&kShapes);
  }
  TileRegisters(const TileRegisters &) = delete;
  ~TileRegisters() { _tile_release(); }
};

// Asks for the weights that come next, in the second-level cache: all of their bytes while `tiled` tokens pass, a share
// at each `step` of them.
template <i32 bytes, i32 step> VECTOR_FUNCTION void prefetch_share(const void *weights, i32 token, i32 tiled) {
  const i32 lines = (bytes + 63) / 64;
  for (i32 line = lines * token / tiled; line < lines * (token + step) / tiled; ++line)
    __builtin_prefetch(static_cast<const u8 *>(weights) + 64 * line, 0, 2);
}

// products[block][token][row] of 16 tokens' rows of codes and some row blocks; `columns` is a multiple of 64.
template <i32 blocks, i32 columns>
VECTOR_FUNCTION void multiply_tiles(i32 *products, const u8 *codes, const i8 *values) {
  for (i32 block = 0; block < blocks; ++block) {
    _tile_zero(0);
    for (i32 k = 0; k < columns; k += 64) {
      _tile_loadd(1, codes + k, columns);
      _tile_loadd(2, values + 16 * (block * columns + k), 64);
      _tile_dpbusd(0, 1, 2);
    }
    _tile_stored(0, products + 256 * block, 64);
  }
}
