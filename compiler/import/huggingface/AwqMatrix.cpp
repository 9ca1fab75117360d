//===- AwqMatrix.cpp - Matrices as AutoAWQ writes them ("gemm") -----------===//
//
// Words hold codes of eight rows, of which the even ones come first: [columns][rows / 8]; zero points likewise
// [groups][rows / 8], scales [groups][rows].
//
// Tested by tests/unit/compiler/import/PackedMatrixTest.cpp and tests/emitted/test_packed.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/PackedLayouts.h"

namespace weebill::huggingface {

namespace {

const gguf::TensorType kType = {~0u, "AWQ", 1, 1, nullptr};

/// Where in a word the code of a row is: rows 0, 2, 4, 6, 1, 3, 5, 7 stand there in this order.
constexpr int kPlace[8] = {0, 4, 1, 5, 2, 6, 3, 7};

class AwqMatrix final : public PackedMatrix {
public:
  AwqMatrix(const SafetensorsTensor &codes, const Parts &parts, const Packing &packing)
      : PackedMatrix(placeOfPart(codes), codes.shape[1] * 8, codes.shape[0], 4,
                     packing.group ? packing.group : codes.shape[0]),
        words(codes, 4), zeros(partOf(parts, codes, ".qzeros", {"I32"}), 4),
        scales(partOf(parts, codes, ".scales", {"F16", "BF16", "F32"})) {
    const int64_t groups = groupsOf(columns, group);
    requireShape(scales, {groups, rows}, codes);
    requireShape(*parts(".qzeros"), {groups, rows / 8}, codes);
    chooseType(false, true, kType);
  }

private:
  void readCodes(int64_t row, std::span<uint8_t> codes) const override {
    for (int64_t column = 0; column < columns; ++column)
      codes[column] = words.code(words.at(column, row / 8), kPlace[row % 8]);
  }

  GroupNumbers numbersOf(int64_t row, int64_t i) const override {
    return {.scale = numberAt(scales, i, row), .zero = float(zeros.code(zeros.at(i, row / 8), kPlace[row % 8]))};
  }

  const Words words, zeros;
  const SafetensorsTensor &scales;
};

std::unique_ptr<PackedMatrix> make(const Parts &parts, const Packing &packing, const Quantization &) {
  const SafetensorsTensor &codes = partOf(parts, *parts(".qweight"), ".qweight", {"I32"});
  return std::make_unique<AwqMatrix>(codes, parts, packing);
}

} // namespace

const PackedLayout kAwq = {"awq", ".qweight", {".qweight", ".qzeros", ".scales"}, {4}, make};

} // namespace weebill::huggingface
