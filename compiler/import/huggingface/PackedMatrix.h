//===- PackedMatrix.h - A matrix of codes in a checkpoint --------*- C++ -*-===//
//
// Codes of a few bits, and a scale and a zero point for each group of columns, in several tensors:
//
//   weight = scale * (code - zero) + bias
//
// Read as numbers, or, where a format of GGUF has the same codes in groups of 32 or 64, as that format's blocks, which
// are kept. Tested by tests/unit/compiler/import/PackedMatrixTest.cpp and tests/emitted/test_packed.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_PACKEDMATRIX_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_PACKEDMATRIX_H

#include "compiler/import/gguf/TensorTypes.h"

#include <cstdint>
#include <span>
#include <string>

namespace weebill::huggingface {

/// What the codes of a group are worth.
struct GroupNumbers {
  float scale = 0, zero = 0, bias = 0;
};

class PackedMatrix {
public:
  PackedMatrix(std::string place, int64_t rows, int64_t columns, int64_t bits, int64_t group)
      : place(std::move(place)), rows(rows), columns(columns), bits(bits), group(group) {}
  virtual ~PackedMatrix() = default;

  /// "Q4_0" and the like, whose blocks readBlocks gives; or what these codes are called, and there are no blocks.
  const gguf::TensorType *type() const { return found; }
  /// Weights, [columns].
  void readRow(int64_t row, float *out) const;
  /// Blocks of type(). Scales and minimums become float16: exact for scales that are stored so, 1/512 of a step of the
  /// codes at most for others, and for a zero point times a scale. Throws InputError for one that is beyond float16, or
  /// no number.
  void readBlocks(int64_t row, uint8_t *out) const;

  const std::string place; // for errors: file and name
  const int64_t rows, columns, bits, group;

protected:
  /// Codes of a row, unsigned, [columns].
  virtual void readCodes(int64_t row, std::span<uint8_t> codes) const = 0;
  virtual GroupNumbers numbersOf(int64_t row, int64_t group) const = 0;
  /// The group of a column.
  virtual int64_t groupOf(int64_t column) const { return column / group; }

  /// To be called when everything else is there. `symmetric`: zero is half of the codes and bias 0 in every group;
  /// `inOrder`: groups are columns that follow each other. `otherwise`: what the type is called without blocks.
  void chooseType(bool symmetric, bool inOrder, const gguf::TensorType &otherwise);
  /// The same for codes 0 to 2 around a zero of 1, with a scale for each row.
  void chooseTernary(const gguf::TensorType &otherwise);

private:
  const gguf::TensorType *found = nullptr;
};

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_PACKEDMATRIX_H
