//===- Kernel.h - Kernels as C++ text ----------------------------*- C++ -*-===//
//
// One function for each kind of kernel (those of matrices: MatrixKernels.h): numbers in, a complete C++ function out.
// Each is a Halide algorithm and a schedule for the target, lowered and printed (KernelText.h); the arithmetic is
// docs/numerics.md's, so all targets give the same bits. The texts call the target's vector section
// (codegen/emit/VectorSection.h).
//
// Extents are constants of a kernel, unless it takes them as a parameter. Loops over groups of row blocks, over tokens
// and over heads are the caller's. Parameters are named exactly as listed here and always come in this order. Pointers
// need the alignment of their elements only.
//
// Every array that is described as [columns] has room for columns rounded up to 64. Shapes that a kernel cannot serve
// throw std::invalid_argument.
//
// Tested by tests/unit/codegen/kernels/KernelsTextTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_KERNELS_KERNEL_H
#define WEEBILL_CODEGEN_KERNELS_KERNEL_H

#include "codegen/plan/ModelPlan.h"
#include "codegen/targets/Target.h"

#include <cstdint>
#include <string>
#include <vector>

namespace weebill::kernels {

struct KernelParameter {
  std::string type; // with a blank behind it if it is not a pointer: "const u8 *", "i32 "
  std::string name;
};

/// A kernel, printed. `text` is `KERNEL void name(parameters) {...}` and ends with a newline.
struct PrintedKernel {
  std::string name;
  std::vector<KernelParameter> parameters;
  std::string comment; // what it computes and its schedule numbers: lines without `//`, each ends with a newline
  std::string text;
  bool multipliesGroups = false; // by the target's products of groups (codegen/emit/VectorSection.h)
  int tileColumns = 0;           // of the tile registers that it works on: TileRegisters, by the caller; 0: on none
};

//===----------------------------------------------------------------------===//
// Rows: one token
//===----------------------------------------------------------------------===//

/// How a row's numbers become codes (docs/numerics.md).
enum class CodeRange {
  Asymmetric, // from the least to the greatest
  Symmetric,  // as far to both sides; the zero point is 128
  Groups,     // signed codes, as far to both sides in each 32 of them
};

/// (x, gain, epsilon, codes, token_scale, token_zero). The padding of x and gain must be zero; codes of the padding are
/// written too.
///   const f32 *x, const f32 *gain, f32 epsilon, u8 *codes   [columns]
///   f32 *token_scale, i32 *token_zero                       one element
/// In groups (x, gain, epsilon, codes, token_scale, token_sum, weighed_sum).
///   i8 *codes                                               [columns]
///   f32 *token_scale, i32 *token_sum, f32 *weighed_sum      [columns / 32]
PrintedKernel printRmsNormQuantize(int64_t columns, CodeRange range, const targets::Target &target);

/// (x, codes, token_scale, token_zero), as above.
PrintedKernel printQuantize(int64_t columns, CodeRange range, const targets::Target &target);

/// (x, gain, epsilon, y), as above; y may be x. The padding of y becomes zero.
PrintedKernel printRmsNorm(int64_t columns, const targets::Target &target);

/// (x, cosine, sine, scale, y): one head at one position; y may be x. headSize is a multiple of 16.
///   const f32 *x [headSize], const f32 *cosine, *sine [headSize / 2], f32 scale, f32 *y [headSize]
PrintedKernel printRope(int64_t headSize, const targets::Target &target);

/// (x, epsilon, scale, y), or with a gain (x, gain, epsilon, scale, y): one head; y may be x. headSize is a multiple of
/// 16, and no more than a head is touched.
PrintedKernel printHeadNorm(int64_t headSize, bool withGain, const targets::Target &target);

/// Element-wise: (x, y), (x, y), (a, b, y) and (a, b, y); y may be an input. `columns` is a multiple of 16; exactly
/// these columns are touched.
PrintedKernel printSilu(int64_t columns, const targets::Target &target);
PrintedKernel printGeluTanh(int64_t columns, const targets::Target &target);
PrintedKernel printMul(int64_t columns, const targets::Target &target);
PrintedKernel printAdd(int64_t columns, const targets::Target &target);

/// (x, factor, y), of the same columns: f32 factor.
PrintedKernel printScale(int64_t columns, const targets::Target &target);

/// (x, y): each `mixed` neighbouring columns mixed with each other; y may be x. `mixed` is a power of two from 16 on
/// that divides `columns`; exactly these columns are touched.
PrintedKernel printHadamard(int64_t columns, int64_t mixed, const targets::Target &target);

/// (rows, taps, gate, y): some columns of a convolution over `width` rows, the last of them the token's own.
///   const f32 *rows, const f32 *taps   [width][columns], rows `rowColumns` elements apart
///   const f32 *gate, f32 *y            [columns], a multiple of 16
PrintedKernel printConvolve(int64_t columns, int64_t width, int64_t rowColumns, const targets::Target &target);

//===----------------------------------------------------------------------===//
// Cache and attention: one key-value head
//
// Keys lie as [capacity / 16][headSize][16], so that lanes run over positions; values as [capacity][headSize]. capacity
// is a multiple of 64. The element is F16, F32 or I8: codes, with a scale for each position in an array
// [capacity] of its own. headSize is a multiple of 16. Codes lie in fours, as dot products take them: keys, u8, code +
// 128, as [capacity / 16][headSize / 4][16][4]; values, i8, as [capacity / 4][headSize][4].
//===----------------------------------------------------------------------===//

/// (x): mixes some heads, f32 *x [heads][headSize]. What becomes codes is mixed before: keys, and queries that they are
/// multiplied by.
PrintedKernel printMixHeads(int64_t heads, int64_t headSize, const targets::Target &target);

/// How many elements of a head are mixed with each other: products of what is mixed are so many times greater.
int64_t mixedElements(int64_t headSize);

/// (key, column), of codes (key, column, scale): const f32 *key [headSize]; column points at element
/// [position / 16][0][position % 16] of the keys, f32 *scale at [position] of their scales.
PrintedKernel printAppendKey(int64_t headSize, plan::Element cache, const targets::Target &target);

/// (value, row), of codes (value, row, scale): const f32 *value [headSize]; row points at element [position][0] of the
/// values, f32 *scale at [position] of their scales.
PrintedKernel printAppendValue(int64_t headSize, plan::Element cache, const targets::Target &target);

/// The query heads that share a key-value head.
struct AttentionShape {
  int64_t groupHeads = 1;
  int64_t headSize = 64;
  plan::Element cache = plan::Element::F16;
  bool windowed = false; // the first positions of a block may be behind the window
};

/// (query, keys, positions, blocks, stride, scores, probabilities, sums), of codes with key_scale behind keys, windowed
/// with behind after positions: softmax without its division.
///   const f32 *query                      [groupHeads][headSize], already scaled, for codes also mixed
///   const f16 *keys                       of this key-value head; anything beyond `positions`
///   const f32 *key_scale                  of this key-value head; anything beyond `positions`
///   i32 positions, i32 blocks             visible positions T and ceil(T / 64)
///   i32 behind                            of these, the first ones, less than 64, that are behind the window
///   i32 stride                            elements from one head's row of scores to the next, at least 64 * blocks
///   f32 *scores, f32 *probabilities       [groupHeads][stride], work space and result; they may be the same memory
///   f32 *sums                             [groupHeads]
PrintedKernel printAttentionScores(const AttentionShape &shape, const targets::Target &target);

/// (probabilities, sums, values, blocks, stride, y), of codes with value_scale behind values: the weighted sum of
/// values.
///   const f32 *probabilities, const f32 *sums, i32 blocks, i32 stride   as above
///   const f16 *values                     of this key-value head; finite up to the end of the last block of 64
///   const f32 *value_scale                of this key-value head; finite up to the end of the last block of 64
///   f32 *y                                [groupHeads][headSize]
PrintedKernel printAttentionValues(const AttentionShape &shape, const targets::Target &target);

} // namespace weebill::kernels

#endif // WEEBILL_CODEGEN_KERNELS_KERNEL_H
