//===- SignedBytesMatrix.h - Codes that are bytes with a sign ----*- C++ -*-===//
//
// What torchao and compressed-tensors ("int-quantized") have in common: codes [rows][columns], a byte each, scales and
// perhaps zero points [rows][groups]. Tested by tests/unit/compiler/import/PackedMatrixTest.cpp and
// tests/emitted/test_packed_writers.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_SIGNEDBYTESMATRIX_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_SIGNEDBYTESMATRIX_H

#include "compiler/import/huggingface/PackedLayouts.h"

namespace weebill::huggingface {

/// Tensors that outlive the matrix.
struct SignedBytes {
  const SafetensorsTensor &codes, &scales;
  const SafetensorsTensor *zeros; // nullptr: all are 0

  /// The zero point of a group, among codes with a sign.
  float zeroAt(int64_t row, int64_t i) const;
};

/// `bits`: that the codes need; `group`: columns, the last group may have fewer; `symmetric` and `type`: see
/// PackedMatrix::chooseType. Throws InputError for shapes that do not fit.
std::unique_ptr<PackedMatrix> makeSignedBytes(const SignedBytes &parts, int64_t bits, int64_t group, bool symmetric,
                                              const gguf::TensorType &type);

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_SIGNEDBYTESMATRIX_H
