//===- Layout.h - What lies where in the weights file ------------*- C++ -*-===//
//
// One file, the same for every target, mapped and read in place: arrays start at multiples of 64 bytes and follow each
// other in the order in which a token needs them. The emitted code finds everything by the offsets given here, block b
// of the model at `blockStart(b)`. Tested by tests/unit/codegen/weights/LayoutTest.cpp.
//
//     header (64 bytes) | rope_cosine rope_sine | fields listed before the blocks | block 0 | block 1 | ... | fields
//     listed after | other sections | the state of the opening
//
// The header says where that state is; it is no part of the content, whose hash names the weights with or without it.
// Offsets count from the content, the first byte after the header. A field is the arrays of its format
// (codegen/formats), one behind the other. Fields that only some blocks have, because the others store the matrix in
// another format, lie behind the rest of their block, which makes blocks differ in length. A matrix is stored in row
// blocks of 16, each part padded to 16 rows with zeros (a scale of 0 as well). Stacked parts follow each other;
// AlternatingBlocks takes row block 0 of part 0, row block 0 of part 1, ..., row block 1 of part 0 and so on, in all
// arrays alike.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_WEIGHTS_LAYOUT_H
#define WEEBILL_CODEGEN_WEIGHTS_LAYOUT_H

#include "codegen/plan/ModelPlan.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weebill::weights {

constexpr int64_t kWeightsHeaderBytes = 64;
constexpr int64_t kWeightsAlignment = 64;
constexpr uint32_t kWeightsFormatVersion = 1;

/// Bytes [offset, offset + bytes) hold the array; the next array starts at the next multiple of 64.
struct ArrayLayout {
  int64_t offset = 0;
  int64_t bytes = 0;
};

/// Where one field of ModelPlan::weights lies.
struct FieldLayout {
  std::string name;
  const formats::WeightFormat *format = &formats::kVector;
  plan::Arrangement arrangement = plan::Arrangement::Stacked;
  bool perBlock = false;           // offsets count from the block's first byte, otherwise from the content
  int64_t columns = 0;             // as stored, with the format's padding
  int64_t modelColumns = 0;        // as in the model
  std::vector<int64_t> partRows;   // as in the model
  int64_t rows = 0;                // as stored: every part padded to 16; 1 for a vector
  std::vector<ArrayLayout> arrays; // as the format's
  /// Of a field that only some blocks have: where in the content its arrays' offsets count from, kNotInBlock where it
  /// is not. Empty for others.
  std::vector<int64_t> blockOffsets;

  static constexpr int64_t kNotInBlock = 0; // where no field of a block begins: what all blocks have comes first
  bool isIn(int64_t block) const { return blockOffsets.empty() || blockOffsets.at(block) != kNotInBlock; }
  /// The first array: the largest.
  const ArrayLayout &values() const { return arrays.front(); }
  /// The array that the format calls by that name; the format must have it.
  const ArrayLayout &array(std::string_view name) const;
  /// Of all arrays, without what lies between them.
  int64_t bytes() const;
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
  /// "rope_cosine" and "rope_sine" f32 [differentRopes][context padded to 64][head_size / 2], then the caller's.
  std::vector<SectionLayout> sections;
  int64_t blocks = 0;
  int64_t blocksOffset = 0;
  int64_t blockStride = 0;          // from a block to the next, or, if they differ, the bytes of what all of them have
  std::vector<int64_t> blockStarts; // of blocks that differ in length, in the content; empty if all are alike
  int64_t blocksBytes = 0;          // of all blocks
  int64_t contentBytes = 0;
  int64_t openingBytes = 0; // of the state behind the content (SavedState.h); 0: there is none
  int64_t fileBytes = 0;    // with the header and that state
  uint64_t layoutHash = 0;
  uint64_t contentHash = 0; // packWeights sets it
  uint64_t openingHash = 0; // of the state behind its header; who computes the state sets it

  /// Of the state in the file.
  int64_t openingOffset() const { return kWeightsHeaderBytes + contentBytes; }

  /// The field or section of that name, or nullptr.
  const FieldLayout *field(const std::string &name) const;
  const SectionLayout *section(const std::string &name) const;

  /// First byte of an array of `field`, in the copy for `block` if there is one for each.
  int64_t offsetOf(const FieldLayout &field, const ArrayLayout &array, int64_t block) const {
    if (!field.perBlock)
      return array.offset;
    return (field.blockOffsets.empty() ? blockStart(block) : field.blockOffsets.at(block)) + array.offset;
  }
  int64_t blockStart(int64_t block) const {
    return blockStarts.empty() ? blocksOffset + block * blockStride : blockStarts.at(block);
  }
  /// Bytes of a block with all fields that it has.
  int64_t blockBytes(int64_t block) const {
    return (block + 1 < blocks ? blockStart(block + 1) : blocksOffset + blocksBytes) - blockStart(block);
  }
  /// How often the file has a field.
  int64_t copies(const FieldLayout &field) const;
};

/// Lays out all weights of a plan. Throws std::invalid_argument for sizes that no file can have and for alternating
/// parts of unequal height.
WeightsLayout layOutWeights(const plan::ModelPlan &plan, const std::vector<ExtraSection> &extra = {});

/// Adds a state of so many bytes behind the content.
void layOutOpening(WeightsLayout &layout, int64_t bytes);

/// Which rows the stored row block `index` of a matrix holds.
RowBlock rowBlock(const FieldLayout &field, int64_t index);

} // namespace weebill::weights

#endif // WEEBILL_CODEGEN_WEIGHTS_LAYOUT_H
