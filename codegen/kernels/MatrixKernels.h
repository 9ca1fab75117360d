//===- MatrixKernels.h - Kernels of the weight formats -----------*- C++ -*-===//
//
// What multiplies matrices of codegen/formats, and which of them each format takes. Kernel.h says what holds for all
// kernels. Tested by tests/unit/codegen/kernels/MatrixKernelsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_KERNELS_MATRIXKERNELS_H
#define WEEBILL_CODEGEN_KERNELS_MATRIXKERNELS_H

#include "codegen/formats/Formats.h"
#include "codegen/kernels/Kernel.h"

namespace weebill::kernels {

enum class Epilogue {
  None,     // y = value
  Residual, // y = y + value
};

/// What a gate goes through before it multiplies up; matrices that are not gated do not ask.
enum class Activation { Silu, GeluTanh };

/// Some tokens times some row blocks of 16 of a matrix, which the kernel walks side by side.
struct LinearShape {
  int64_t columns = 0; // int8: rounded up to 64, as stored; float32: as in the model
  int tokens = 1;
  int blocks = 1;
  Epilogue epilogue = Epilogue::None;
  Activation activation = Activation::Silu;
};

/// (codes, values, row_sum, scale, token_scale, token_zero, y), with more than one token also (..., y_stride).
///   const u8 *codes         [tokens][columns]
///   const i8 *values        [blocks][columns / 4][16][4]
///   const i32 *row_sum      [blocks][16]
///   const f32 *scale        [blocks][16]
///   const f32 *token_scale  [tokens]
///   const i32 *token_zero   [tokens]
///   f32 *y                  [tokens][y_stride], blocks * 16 of each row are written
PrintedKernel printLinearInt8(const LinearShape &shape, const targets::Target &target);

/// (x, values, y), with more than one token also (..., x_stride, y_stride).
///   const f32 *x       [tokens][x_stride], `columns` of each row are read
///   const f32 *values  [blocks][columns][16]
///   f32 *y             [tokens][y_stride]
PrintedKernel printLinearF32(const LinearShape &shape, const targets::Target &target);

/// The same of float16: const f16 *values.
PrintedKernel printLinearF16(const LinearShape &shape, const targets::Target &target);

/// silu(gate) * up, or gelu(gate) * up. Parameters as in printLinearInt8; values, row_sum and scale have twice the
/// blocks: gate and up in turn ([blocks][2]...), y has `blocks` blocks. No epilogue.
PrintedKernel printGatedInt8(const LinearShape &shape, const targets::Target &target);

/// Parameters as in printLinearF32 and printLinearF16, blocks as in printGatedInt8.
PrintedKernel printGatedF32(const LinearShape &shape, const targets::Target &target);
PrintedKernel printGatedF16(const LinearShape &shape, const targets::Target &target);

/// Of weights that keep a model file's codes: (codes, token_scale, token_sum or weighed_sum, records, y), with factors
/// of rows (..., records, factors, y), with more than one token also (..., y_stride). Rows of codes and of what belongs
/// to groups have padding as their buffer has.
///   const i8 *codes          [tokens][columns]
///   const f32 *token_scale   [tokens][columns / 32]
///   const i32 *token_sum     [tokens][columns / 32], of formats whose products take it; of others instead
///   const f32 *weighed_sum   [tokens][columns / 32]
///   const u8 *records        [blocks][columns / those of a record][bytes of 16 rows]; gate and up in turn if `gated`
///   const u8 *factors        [blocks][f16 of a row][16]
///   f32 *y                   [tokens][y_stride]
PrintedKernel printKept(const formats::WeightFormat &format, bool gated, const LinearShape &shape,
                        const targets::Target &target);

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

/// The kernels of a format that has its own, for one token and for tiles of them. Formats of kept codes share
/// printKept.
struct FormatKernels {
  const formats::WeightFormat *format;
  PrintedKernel (*linear)(const LinearShape &shape, const targets::Target &target);
  PrintedKernel (*gated)(const LinearShape &shape, const targets::Target &target);
};

inline constexpr FormatKernels kFormatKernels[] = {
    {&formats::kMatrixInt8, printLinearInt8, printGatedInt8},
    {&formats::kMatrixF32, printLinearF32, printGatedF32},
    {&formats::kMatrixF16, printLinearF16, printGatedF16},
};

/// The kernel of any matrix format, linear or gated.
PrintedKernel printMatrix(const formats::WeightFormat &format, bool gated, const LinearShape &shape,
                          const targets::Target &target);

} // namespace weebill::kernels

#endif // WEEBILL_CODEGEN_KERNELS_MATRIXKERNELS_H
