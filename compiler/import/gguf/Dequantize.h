//===- Dequantize.h - Blocks of quantized weights to float32 -----*- C++ -*-===//
//
// Each function reads one block of a GGUF format. Products and sums are rounded separately, so results equal, to the
// bit, those of the Python package `gguf`. Tested by tests/unit/compiler/import/DequantizeTest.cpp and
// tests/python/test_gguf_import.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_GGUF_DEQUANTIZE_H
#define WEEBILL_COMPILER_IMPORT_GGUF_DEQUANTIZE_H

#include <cstdint>

namespace weebill::gguf {

/// IEEE binary16 to binary32, exact; infinities and NaN stay what they are.
float halfToFloat(uint16_t half);

void dequantizeF32(const char *block, float *out);
void dequantizeF16(const char *block, float *out);
void dequantizeBF16(const char *block, float *out);
// 32 elements
void dequantizeQ4_0(const char *block, float *out);
void dequantizeQ4_1(const char *block, float *out);
void dequantizeQ5_0(const char *block, float *out);
void dequantizeQ5_1(const char *block, float *out);
void dequantizeQ6_0(const char *block, float *out);
void dequantizeQ8_0(const char *block, float *out);
void dequantizeIQ4_NL(const char *block, float *out);
void dequantizeMXFP4(const char *block, float *out);
// 64 elements
void dequantizeQ2_0(const char *block, float *out);
// 256 elements
void dequantizeQ4_K(const char *block, float *out);
void dequantizeQ5_K(const char *block, float *out);
void dequantizeQ6_K(const char *block, float *out);
void dequantizeIQ4_XS(const char *block, float *out);
void dequantizeTQ1_0(const char *block, float *out);
void dequantizeTQ2_0(const char *block, float *out);

} // namespace weebill::gguf

#endif // WEEBILL_COMPILER_IMPORT_GGUF_DEQUANTIZE_H
