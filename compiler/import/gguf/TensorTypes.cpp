//===- TensorTypes.cpp - Number formats of GGUF tensors -------------------===//
//
// Tested by tests/unit/compiler/import/DequantizeTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/gguf/TensorTypes.h"

#include "compiler/import/gguf/Dequantize.h"

namespace weebill::gguf {

// Numbers, block sizes: enum ggml_type and the block structs of ggml. Formats without a function are listed so that an
// error can name them.
static const TensorType kTensorTypes[] = {
    {0, "F32", 1, 4, dequantizeF32},
    {1, "F16", 1, 2, dequantizeF16},
    {2, "Q4_0", 32, 18, dequantizeQ4_0},
    {3, "Q4_1", 32, 20, dequantizeQ4_1},
    {6, "Q5_0", 32, 22, dequantizeQ5_0},
    {7, "Q5_1", 32, 24, dequantizeQ5_1},
    {8, "Q8_0", 32, 34, dequantizeQ8_0},
    {9, "Q8_1", 32, 40, nullptr},
    {10, "Q2_K", 256, 84, nullptr},
    {11, "Q3_K", 256, 110, nullptr},
    {12, "Q4_K", 256, 144, dequantizeQ4_K},
    {13, "Q5_K", 256, 176, dequantizeQ5_K},
    {14, "Q6_K", 256, 210, dequantizeQ6_K},
    {15, "Q8_K", 256, 292, nullptr},
    {16, "IQ2_XXS", 256, 66, nullptr},
    {17, "IQ2_XS", 256, 74, nullptr},
    {18, "IQ3_XXS", 256, 98, nullptr},
    {19, "IQ1_S", 256, 50, nullptr},
    {20, "IQ4_NL", 32, 18, dequantizeIQ4_NL},
    {21, "IQ3_S", 256, 110, nullptr},
    {22, "IQ2_S", 256, 82, nullptr},
    {23, "IQ4_XS", 256, 136, dequantizeIQ4_XS},
    {24, "I8", 1, 1, nullptr},
    {25, "I16", 1, 2, nullptr},
    {26, "I32", 1, 4, nullptr},
    {27, "I64", 1, 8, nullptr},
    {28, "F64", 1, 8, nullptr},
    {29, "IQ1_M", 256, 56, nullptr},
    {30, "BF16", 1, 2, dequantizeBF16},
    {34, "TQ1_0", 256, 54, dequantizeTQ1_0},
    {35, "TQ2_0", 256, 66, dequantizeTQ2_0},
    {39, "MXFP4", 32, 17, dequantizeMXFP4},
    {40, "NVFP4", 64, 36, nullptr},
    {41, "Q1_0", 128, 18, nullptr},
    {42, "Q2_0", 64, 18, dequantizeQ2_0},
    {133, "Q6_0", 32, 26, dequantizeQ6_0}, // of ik_llama.cpp
};

const TensorType *findTensorType(uint32_t id) {
  for (const TensorType &type : kTensorTypes)
    if (type.id == id)
      return &type;
  return nullptr;
}

std::string readableTensorTypes() {
  std::string names;
  for (const TensorType &type : kTensorTypes)
    if (type.dequantizeBlock)
      names += (names.empty() ? "" : ", ") + std::string(type.name);
  return names;
}

} // namespace weebill::gguf
