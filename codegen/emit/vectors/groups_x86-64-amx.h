// Products of weights in groups on AMX: one token's and those of few tokens as on AVX512 with VNNI, those of 16 tokens
// in tiles. By hand, because Halide has no such registers. Tested by tests/unit/codegen/kernels.
#pragma once

#include "groups_x86-64-avx512vnni.h"

// The weights of a group, signed, as tiles take them: eight times four columns of 16 rows.
template <class Weights, i32 zero, int Step = 0> VECTOR_FUNCTION void unpack_group(u8 *unpacked, const u8 *w) {
  store(unpacked + 64 * Step, Weights::template step<Step>(w) - static_cast<u8>(zero));
  if constexpr (Step < 7)
    unpack_group<Weights, zero, Step + 1>(unpacked, w);
}

// products[group][part][token][row] of 16 tokens' codes, `stride` apart, and a row block's weights less `zero`: of
// whole groups or of two halves. Weights lie in records of `of_record` groups.
template <template <class> class Weights, i32 zero, i32 parts, i32 groups, i32 of_record, i32 group_bytes,
          i32 record_bytes, i32 stride>
VECTOR_FUNCTION void multiply_groups(i32 *products, const u8 *w, const i8 *codes) {
  alignas(64) u8 unpacked[static_cast<std::size_t>(512 * groups)];
  for (i32 group = 0; group < groups; ++group)
    unpack_group<Weights<Bytes>, zero>(unpacked + 512 * group,
                                       w + group / of_record * record_bytes + group % of_record * group_bytes);
  __asm__ __volatile__("" : : "r"(unpacked) : "memory"); // GCC 12 does not know that tiles are loaded from there
  for (i32 part = 0; part < parts * groups; ++part) {
    _tile_zero(0);
    _tile_loadd(1, codes + 32 / parts * part, stride);
    _tile_loadd(2, unpacked + 512 / parts * part, 64);
    _tile_dpbssd(0, 1, 2);
    _tile_stored(0, products + 256 * part, 64);
  }
}
