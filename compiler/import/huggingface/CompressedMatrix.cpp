//===- CompressedMatrix.cpp - Matrices as compressed-tensors writes them --===//
//
// "pack-quantized": words hold codes of columns that follow each other, [rows][columns / 8] for four bits, each the
// number and half of all codes; "int-quantized": bytes with a sign, [rows][columns]. Scales [rows][groups]; zero points
// of the first, if it has any, are packed along the rows [rows / 8][groups], those of the second bytes [rows][groups].
//
// Tested by tests/unit/compiler/import/PackedMatrixTest.cpp and tests/emitted/test_packed.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/ImportedModel.h"
#include "compiler/import/huggingface/PackedLayouts.h"
#include "compiler/import/huggingface/SignedBytesMatrix.h"

#include <cstring>

namespace weebill::huggingface {

namespace {

const gguf::TensorType kType = {~0u, "compressed-tensors", 1, 1, nullptr};

class PackQuantized final : public PackedMatrix {
public:
  PackQuantized(const SafetensorsTensor &codes, const Parts &parts, const Packing &packing)
      : PackedMatrix(placeOfPart(codes), codes.shape[0], columnsOf(codes, parts, packing.bits), packing.bits,
                     packing.group ? packing.group : columnsOf(codes, parts, packing.bits)),
        words(codes, packing.bits), scales(partOf(parts, codes, ".weight_scale", {"F16", "BF16", "F32"})) {
    const int64_t groups = groupsOf(columns, group), inWord = words.codesInWord();
    requireShape(scales, {rows, groups}, codes);
    if (parts(".weight_g_idx"))
      throw importer::InputError(placeOfPart(*parts(".weight_g_idx")) +
                                 ": groups of columns in another order are not read: quantize without 'actorder', or "
                                 "with \"static\"");
    if (parts(".weight_zero_point")) {
      zeros.emplace(partOf(parts, codes, ".weight_zero_point", {"I32"}), packing.bits);
      requireShape(*parts(".weight_zero_point"), {(rows + inWord - 1) / inWord, groups}, codes);
    }
    chooseType(!zeros, true, kType);
  }

private:
  /// The last word of a row may not be full.
  static int64_t columnsOf(const SafetensorsTensor &codes, const Parts &parts, int64_t bits) {
    const SafetensorsTensor &shape = partOf(parts, codes, ".weight_shape", {"I64", "I32"}, 1);
    requireShape(shape, {2}, codes);
    const int64_t bytes = shape.type->blockBytes, inWord = 32 / bits;
    int64_t sizes[2] = {0, 0};
    for (int i = 0; i < 2; ++i)
      std::memcpy(&sizes[i], shape.bytes.data() + i * bytes, size_t(bytes)); // little-endian, and not negative
    if (sizes[0] != codes.shape[0] || sizes[1] < 1 || sizes[1] > codes.shape[1] * inWord ||
        sizes[1] <= (codes.shape[1] - 1) * inWord)
      throw importer::InputError(placeOfPart(shape) + ": says " + std::to_string(sizes[0]) + " x " +
                                 std::to_string(sizes[1]) + ", but the codes are " + shapeText(codes.shape) +
                                 " words of " + std::to_string(inWord));
    return sizes[1];
  }

  void readCodes(int64_t row, std::span<uint8_t> codes) const override {
    const int64_t inWord = words.codesInWord();
    for (int64_t column = 0; column < columns; ++column)
      codes[column] = words.code(words.at(row, column / inWord), column % inWord);
  }

  GroupNumbers numbersOf(int64_t row, int64_t i) const override {
    const int64_t inWord = words.codesInWord();
    const int zero = zeros ? zeros->code(zeros->at(row / inWord, i), row % inWord) : 1 << (bits - 1);
    return {.scale = numberAt(scales, row, i), .zero = float(zero)};
  }

  const Words words;
  const SafetensorsTensor &scales;
  std::optional<Words> zeros;
};

std::unique_ptr<PackedMatrix> makePacked(const Parts &parts, const Packing &packing, const Quantization &) {
  const SafetensorsTensor &codes = partOf(parts, *parts(".weight_packed"), ".weight_packed", {"I32"});
  return std::make_unique<PackQuantized>(codes, parts, packing);
}

std::unique_ptr<PackedMatrix> makeBytes(const Parts &parts, const Packing &packing, const Quantization &) {
  const SafetensorsTensor &codes = partOf(parts, *parts(".weight"), ".weight", {"I8"});
  SignedBytes found{codes, partOf(parts, codes, ".weight_scale", {"F16", "BF16", "F32"}), nullptr};
  if (parts(".weight_zero_point"))
    found.zeros = &partOf(parts, codes, ".weight_zero_point", {"I8"});
  return makeSignedBytes(found, 8, packing.group ? packing.group : codes.shape[1], !found.zeros, kType);
}

} // namespace

const PackedLayout kPackQuantized = {
    "compressed-tensors",
    ".weight_packed",
    {".weight_packed", ".weight_scale", ".weight_shape", ".weight_zero_point", ".weight_g_idx"},
    {2, 4, 8},
    makePacked};
const PackedLayout kIntQuantized = {
    "compressed-tensors", ".weight_scale", {".weight", ".weight_scale", ".weight_zero_point"}, {8}, makeBytes};

} // namespace weebill::huggingface
