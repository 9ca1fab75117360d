//===- TorchaoMatrix.cpp - Matrices as torchao writes them ----------------===//
//
// Int8Tensor and IntxUnpackedToInt8Tensor as safetensors: a byte with a sign for each code, [rows][columns], whatever
// its bits; scales and zero points [rows][groups], a group so many columns of a row. How many bits the codes need is
// seen in them.
//
// Tested by tests/unit/compiler/import/PackedMatrixTest.cpp and tests/emitted/test_packed_writers.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/ImportedModel.h"
#include "compiler/import/huggingface/PackedLayouts.h"

#include <algorithm>

namespace weebill::huggingface {

namespace {

const gguf::TensorType kType = {~0u, "torchao", 1, 1, nullptr};

/// Four where all codes have a place in four bits.
int64_t bitsOf(const SafetensorsTensor &codes) {
  return std::all_of(codes.bytes.begin(), codes.bytes.end(),
                     [](char code) { return int8_t(code) >= -8 && int8_t(code) < 8; })
             ? 4
             : 8;
}

class TorchaoMatrix final : public PackedMatrix {
public:
  TorchaoMatrix(const SafetensorsTensor &codes, const Parts &parts)
      : PackedMatrix(placeOfPart(codes), codes.shape[0], codes.shape[1], bitsOf(codes), columnsOfGroup(codes, parts)),
        bytes(codes), scales(scalesOf(codes, parts)) {
    if (parts("._weight_zero_point")) {
      zeros = &partOf(parts, codes, "._weight_zero_point", {"I8", "F32", "F16", "BF16"});
      requireShape(*zeros, scales.shape, codes);
    }
    bool symmetric = true;
    for (int64_t row = 0; row < rows && symmetric; ++row)
      for (int64_t i = 0; i < columns / group; ++i)
        symmetric = symmetric && zeroAt(row, i) == 0;
    chooseType(symmetric, true, kType);
  }

private:
  static const SafetensorsTensor &scalesOf(const SafetensorsTensor &codes, const Parts &parts) {
    return partOf(parts, codes, "._weight_scale", {"F32", "F16", "BF16"});
  }

  /// Columns of a group. What packs two codes in a byte has its scales the other way around.
  static int64_t columnsOfGroup(const SafetensorsTensor &codes, const Parts &parts) {
    const SafetensorsTensor &scales = scalesOf(codes, parts);
    if (scales.shape[0] != codes.shape[0] || codes.shape[1] % scales.shape[1] != 0)
      throw importer::InputError(placeOfPart(codes) + ": is " + shapeText(codes.shape) + " with scales of " +
                                 shapeText(scales.shape) +
                                 ", which is none of torchao's Int8Tensor and IntxUnpackedToInt8Tensor; others are not "
                                 "read: quantize with Int8WeightOnlyConfig or IntxWeightOnlyConfig");
    return codes.shape[1] / scales.shape[1];
  }

  float zeroAt(int64_t row, int64_t i) const {
    if (!zeros)
      return 0;
    const std::string_view type = zeros->type->name;
    return type == "I8" ? float(int8_t(zeros->bytes[size_t(row * zeros->shape[1] + i)])) : numberAt(*zeros, row, i);
  }

  void readCodes(int64_t row, std::span<uint8_t> codes) const override {
    for (int64_t column = 0; column < columns; ++column)
      codes[column] = uint8_t(int8_t(bytes.bytes[size_t(row * columns + column)]) + (1 << (bits - 1)));
  }

  GroupNumbers numbersOf(int64_t row, int64_t i) const override {
    return {.scale = numberAt(scales, row, i), .zero = float(1 << (bits - 1)) + zeroAt(row, i)};
  }

  const SafetensorsTensor &bytes, &scales;
  const SafetensorsTensor *zeros = nullptr;
};

std::unique_ptr<PackedMatrix> make(const Parts &parts, const Packing &, const Quantization &) {
  const SafetensorsTensor &codes = partOf(parts, *parts("._weight_qdata"), "._weight_qdata", {"I8"});
  for (const char *name : {"._weight_act_pre_scale", "._weight_act_quant_scale", "._weight_act_quant_zero_point"})
    if (const SafetensorsTensor *part = parts(name))
      throw importer::InputError(placeOfPart(*part) +
                                 ": changes what the matrix multiplies, which is not read: quantize the weights only");
  return std::make_unique<TorchaoMatrix>(codes, parts);
}

} // namespace

const PackedLayout kTorchao = {
    "torchao", "._weight_qdata", {"._weight_qdata", "._weight_scale", "._weight_zero_point"}, {4, 8}, make};

} // namespace weebill::huggingface
