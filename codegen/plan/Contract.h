//===- Contract.h - Numbers that every part agrees on ------------*- C++ -*-===//
//
// What the passes plan, the weights file holds and the kernels take must be cut alike. Each number stands here once;
// the reference interpreter has its own from docs/numerics.md. Tested by tests/unit/codegen/weights/LayoutTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_PLAN_CONTRACT_H
#define WEEBILL_CODEGEN_PLAN_CONTRACT_H

#include <cstdint>

namespace weebill::plan {

/// Rows of a matrix, and positions of the cache's keys, that lie interleaved: the lanes of the widest target. Columns
/// of a step, and heads, are multiples of it.
constexpr int64_t kRowBlock = 16;

/// Columns of buffers and of coded rows are padded to a multiple of it: a line of the cache holds 64 codes.
constexpr int64_t kColumnBlock = 64;

/// Columns with their padding.
constexpr int64_t paddedColumns(int64_t columns) { return (columns + kColumnBlock - 1) / kColumnBlock * kColumnBlock; }

/// Columns that share the scale of their codes, of activations and of weights whose codes are kept.
constexpr int64_t kGroupColumns = 32;

/// Attention sums over blocks of that many positions (docs/numerics.md, decision 0001).
constexpr int64_t kPositionBlock = 64;

/// Columns of codes up to which int32 sums are exact: 255 * 127 * columns < 2^31 (docs/numerics.md, "Linear").
constexpr int64_t kExactColumns = 66000;

} // namespace weebill::plan

#endif // WEEBILL_CODEGEN_PLAN_CONTRACT_H
