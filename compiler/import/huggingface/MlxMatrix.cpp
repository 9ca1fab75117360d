//===- MlxMatrix.cpp - Matrices as MLX writes them ------------------------===//
//
// Words hold codes of columns that follow each other, [rows][columns / 8] for four bits, under the matrix' own name;
// scales and biases [rows][groups]: weight = scale * code + bias.
//
// Tested by tests/unit/compiler/import/PackedMatrixTest.cpp and tests/emitted/test_packed.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/PackedLayouts.h"

namespace weebill::huggingface {

namespace {

const gguf::TensorType kType = {~0u, "MLX", 1, 1, nullptr};

class MlxMatrix final : public PackedMatrix {
public:
  MlxMatrix(const SafetensorsTensor &codes, const Parts &parts, const Packing &packing)
      : PackedMatrix(placeOfPart(codes), codes.shape[0], codes.shape[1] * (32 / packing.bits), packing.bits,
                     packing.group ? packing.group : codes.shape[1] * (32 / packing.bits)),
        words(codes, packing.bits), scales(partOf(parts, codes, ".scales", {"F16", "BF16", "F32"})),
        biases(partOf(parts, codes, ".biases", {"F16", "BF16", "F32"})) {
    const int64_t groups = groupsOf(columns, group);
    requireShape(scales, {rows, groups}, codes);
    requireShape(biases, {rows, groups}, codes);
    chooseType(false, true, kType);
  }

private:
  void readCodes(int64_t row, std::span<uint8_t> codes) const override {
    const int64_t inWord = words.codesInWord();
    for (int64_t column = 0; column < columns; ++column)
      codes[column] = words.code(words.at(row, column / inWord), column % inWord);
  }

  GroupNumbers numbersOf(int64_t row, int64_t i) const override {
    return {.scale = numberAt(scales, row, i), .bias = numberAt(biases, row, i)};
  }

  const Words words;
  const SafetensorsTensor &scales, &biases;
};

std::unique_ptr<PackedMatrix> make(const Parts &parts, const Packing &packing, const Quantization &) {
  const SafetensorsTensor &codes = partOf(parts, *parts(".weight"), ".weight", {"U32"});
  return std::make_unique<MlxMatrix>(codes, parts, packing);
}

} // namespace

const PackedLayout kMlx = {"MLX", ".scales", {".weight", ".scales", ".biases"}, {2, 4, 8}, make};

} // namespace weebill::huggingface
