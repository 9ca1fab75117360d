//===- WriteBlock.h - 32 codes as GGUF has them ------------------*- C++ -*-===//
//
// The other way of Dequantize.h, for codes that another file has, or that a compiler finds. Tested by
// tests/unit/compiler/quantize/GroupFormatTest.cpp and tests/unit/compiler/import/PackedMatrixTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_GGUF_WRITEBLOCK_H
#define WEEBILL_COMPILER_IMPORT_GGUF_WRITEBLOCK_H

#include <cstdint>
#include <optional>

namespace weebill::gguf {

/// A block of Q4_0, Q5_0 or Q6_0, with a minimum Q4_1 or Q5_1, and of eight bits Q8_0. Scale and minimum are float16;
/// `codes`, [32], are as the format stores them: without a sign, of eight bits with one. Two bits: a block of Q2_0, of
/// [64].
void writeBlock(int64_t bits, uint16_t scale, std::optional<uint16_t> minimum, const uint8_t *codes, uint8_t *block);

} // namespace weebill::gguf

#endif // WEEBILL_COMPILER_IMPORT_GGUF_WRITEBLOCK_H
