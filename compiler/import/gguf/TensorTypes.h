//===- TensorTypes.h - Number formats of GGUF tensors ------------*- C++ -*-===//
//
// One row of the table for each format: its number in the file, its name, its blocks, and the function that makes
// float32 of them. Adding a format is a function in Dequantize.cpp and a row in TensorTypes.cpp. Tested by
// tests/unit/compiler/import/DequantizeTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_GGUF_TENSORTYPES_H
#define WEEBILL_COMPILER_IMPORT_GGUF_TENSORTYPES_H

#include <cstdint>
#include <string>

namespace weebill::gguf {

struct TensorType {
  uint32_t id;           // in the file
  const char *name;      // "Q4_1"
  int64_t blockElements; // consecutive elements of a row that share scales
  int64_t blockBytes;
  /// One block to blockElements floats; nullptr: known by name only, such files are refused.
  void (*dequantizeBlock)(const char *block, float *out);
};

/// The format of that number, or nullptr.
const TensorType *findTensorType(uint32_t id);

/// "F32, F16, ..." of the formats that can be read.
std::string readableTensorTypes();

} // namespace weebill::gguf

#endif // WEEBILL_COMPILER_IMPORT_GGUF_TENSORTYPES_H
