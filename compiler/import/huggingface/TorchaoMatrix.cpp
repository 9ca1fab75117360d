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
#include "compiler/import/huggingface/SignedBytesMatrix.h"

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

/// Columns of a group. What packs two codes in a byte has its scales the other way around.
int64_t columnsOfGroup(const SafetensorsTensor &codes, const SafetensorsTensor &scales) {
  if (scales.shape[0] != codes.shape[0] || codes.shape[1] % scales.shape[1] != 0)
    throw importer::InputError(placeOfPart(codes) + ": is " + shapeText(codes.shape) + " with scales of " +
                               shapeText(scales.shape) +
                               ", which is none of torchao's Int8Tensor and IntxUnpackedToInt8Tensor; others are not "
                               "read: quantize with Int8WeightOnlyConfig or IntxWeightOnlyConfig");
  return codes.shape[1] / scales.shape[1];
}

/// It writes zero points where all are 0, too.
bool isSymmetric(const SignedBytes &parts) {
  for (int64_t row = 0; row < parts.scales.shape[0]; ++row)
    for (int64_t i = 0; i < parts.scales.shape[1]; ++i)
      if (parts.zeroAt(row, i) != 0)
        return false;
  return true;
}

std::unique_ptr<PackedMatrix> make(const Parts &parts, const Packing &, const Quantization &) {
  const SafetensorsTensor &codes = partOf(parts, *parts("._weight_qdata"), "._weight_qdata", {"I8"});
  for (const char *name : {"._weight_act_pre_scale", "._weight_act_quant_scale", "._weight_act_quant_zero_point"})
    if (const SafetensorsTensor *part = parts(name))
      throw importer::InputError(placeOfPart(*part) +
                                 ": changes what the matrix multiplies, which is not read: quantize the weights only");
  SignedBytes found{codes, partOf(parts, codes, "._weight_scale", {"F32", "F16", "BF16"}), nullptr};
  const int64_t group = columnsOfGroup(codes, found.scales);
  if (parts("._weight_zero_point")) {
    found.zeros = &partOf(parts, codes, "._weight_zero_point", {"I8", "F32", "F16", "BF16"});
    requireShape(*found.zeros, found.scales.shape, codes);
  }
  return makeSignedBytes(found, bitsOf(codes), group, isSymmetric(found), kType);
}

} // namespace

const PackedLayout kTorchao = {
    "torchao", "._weight_qdata", {"._weight_qdata", "._weight_scale", "._weight_zero_point"}, {4, 8}, make};

} // namespace weebill::huggingface
