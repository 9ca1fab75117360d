// Vectors as on AVX512 with VNNI, and products of tiles: of 16 tokens' codes and 16 rows at once, on AMX. By hand,
// because Halide has no such registers. Tested by tests/unit/codegen/kernels.
#pragma once

#include "x86-64-avx512vnni.h"

// A tile register is so many rows of so many bytes: 0 and 1 hold products, 2, 4 and 6 the codes of 16 tokens, 3, 5 and
// 7 the weights of 16 rows, four columns side by side; of 64, 32 and 16 columns.
struct TileShapes {
  u8 palette = 1, start = 0, reserved[14] = {};
  u16 bytes[16] = {64, 64, 64, 64, 32, 64, 16, 64};
  u8 rows[16] = {16, 16, 16, 16, 16, 8, 16, 4};
};

// What this thread needs to multiply tiles, as long as it lives. Others in the process may shape the registers, too.
struct TileRegisters {
  TileRegisters() {
    static constexpr TileShapes kShapes; // in memory: GCC 12 does not know that all of it is read
    _tile_loadconfig(&kShapes);
  }
  TileRegisters(const TileRegisters &) = delete;
  ~TileRegisters() { _tile_release(); }
};

// products[block][token][row] of 16 tokens' rows of codes and one or two row blocks; `columns` is a multiple of 64.
template <i32 blocks, i32 columns>
VECTOR_FUNCTION void multiply_tiles(i32 *products, const u8 *codes, const i8 *values) {
  _tile_zero(0);
  _tile_zero(1);
  for (i32 k = 0; k < columns; k += 64) {
    _tile_loadd(2, codes + k, columns);
    _tile_loadd(3, values + 16 * k, 64);
    _tile_dpbusd(0, 2, 3);
    if constexpr (blocks == 2) {
      _tile_loadd(3, values + 16 * (columns + k), 64);
      _tile_dpbusd(1, 2, 3);
    }
  }
  _tile_stored(0, products, 64);
  if constexpr (blocks == 2)
    _tile_stored(1, products + 256, 64);
}
