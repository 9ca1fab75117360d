//===- Layout.h - What lies where in the weights file ------------*- C++ -*-===//
//
// One file, the same for every target, mapped and read in place: arrays start at multiples of 64 bytes and follow each
// other in the order in which a token needs them. The emitted code finds everything by the offsets given here, block b
// of the model at `blocksOffset + b * blockStride`. Tested by tests/unit/codegen/weights/LayoutTest.cpp.
//
//     header (64 bytes) | rope_cosine rope_sine | fields listed before the blocks | block 0 | block 1 | ... | fields
//     listed after | other sections
//
// Offsets count from the content, the first byte after the header. A matrix is stored in row blocks of 16, each part
// padded to 16 rows with zeros (a scale of 0 as well):
//
//     MatrixInt8   values int8 [rows / 16][columns padded to 64 / 4][16][4]   scale f32 [rows]   row_sum i32 [rows]
//     MatrixF32    values f32  [rows / 16][columns][16]
//     MatrixF16    values f16  [rows / 16][columns][16]
//     Vector       values f32  [columns padded to 64]
//
// Stacked parts follow each other; AlternatingBlocks takes row block 0 of part 0, row block 0 of part 1, ..., row block
// 1 of part 0 and so on, for the values, the scales and the row sums alike.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_WEIGHTS_LAYOUT_H
#define WEEBILL_CODEGEN_WEIGHTS_LAYOUT_H

#include "codegen/plan/ModelPlan.h"

#include <cstdint>
#include <string>
#include <vector>

namespace weebill::weights {

constexpr int64_t kWeightsHeaderBytes = 64;
constexpr int64_t kWeightsAlignment = 64;
constexpr int64_t kRowBlock = 16;
constexpr uint32_t kWeightsFormatVersion = 1;

/// Bytes [offset, offset + bytes) hold the array; the next array starts at the next multiple of 64.
struct ArrayLayout {
  int64_t offset = 0;
  int64_t bytes = 0; // 0: the field has no such array
};

/// Where one field of ModelPlan::weights lies.
struct FieldLayout {
  std::string name;
  plan::WeightKind kind = plan::WeightKind::Vector;
  plan::Arrangement arrangement = plan::Arrangement::Stacked;
  bool perBlock = false;         // offsets count from the block's first byte, otherwise from the content
  int64_t columns = 0;           // as stored: padded to 64, but not for matrices of floats
  int64_t modelColumns = 0;      // as in the model
  std::vector<int64_t> partRows; // as in the model
  int64_t rows = 0;              // as stored: every part padded to 16; 1 for a vector
  ArrayLayout values, scale, rowSum;
};

/// A row block of a matrix and where its rows come from.
struct RowBlock {
  int64_t part = 0;
  int64_t firstRow = 0; // of the part
  int64_t rows = 0;     // up to 16; what is missing is padding
};

/// An array that belongs to the whole model: RoPE tables, tokenizer.
struct SectionLayout {
  std::string name;
  ArrayLayout array;
};

/// A section that the caller fills: its name and size in bytes. It comes after the weights.
struct ExtraSection {
  std::string name;
  int64_t bytes = 0;
};

struct WeightsLayout {
  std::vector<FieldLayout> fields; // as ModelPlan::weights
  std::vector<SectionLayout>
      sections; // "rope_cosine" and "rope_sine" f32 [context padded to 64][head_size / 2], then the caller's
  int64_t blocks = 0;
  int64_t blocksOffset = 0;
  int64_t blockStride = 0;
  int64_t contentBytes = 0;
  int64_t fileBytes = 0; // with the header
  uint64_t layoutHash = 0;
  uint64_t contentHash = 0; // packWeights sets it

  /// The field or section of that name, or nullptr.
  const FieldLayout *field(const std::string &name) const;
  const SectionLayout *section(const std::string &name) const;

  /// First byte of an array of `field`, in the copy for `block` if there is one for each.
  int64_t offsetOf(const FieldLayout &field, const ArrayLayout &array, int64_t block) const {
    return field.perBlock ? blocksOffset + block * blockStride + array.offset : array.offset;
  }
};

/// Lays out all weights of a plan. Throws std::invalid_argument for sizes that no file can have and for alternating
/// parts of unequal height.
WeightsLayout layOutWeights(const plan::ModelPlan &plan, const std::vector<ExtraSection> &extra = {});

/// Which rows the stored row block `index` of a matrix holds.
RowBlock rowBlock(const FieldLayout &field, int64_t index);

} // namespace weebill::weights

#endif // WEEBILL_CODEGEN_WEIGHTS_LAYOUT_H
