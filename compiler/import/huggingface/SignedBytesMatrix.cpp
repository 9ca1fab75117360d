//===- SignedBytesMatrix.cpp - Codes that are bytes with a sign -----------===//

#include "compiler/import/huggingface/SignedBytesMatrix.h"

namespace weebill::huggingface {

namespace {

class SignedBytesMatrix final : public PackedMatrix {
public:
  SignedBytesMatrix(const SignedBytes &parts, int64_t bits, int64_t group, bool symmetric, const gguf::TensorType &type)
      : PackedMatrix(placeOfPart(parts.codes), parts.codes.shape[0], parts.codes.shape[1], bits, group), parts(parts),
        half(1 << (bits - 1)) {
    requireShape(parts.scales, {rows, groupsOf(columns, group)}, parts.codes);
    if (parts.zeros)
      requireShape(*parts.zeros, parts.scales.shape, parts.codes);
    chooseType(symmetric, true, type);
  }

private:
  void readCodes(int64_t row, std::span<uint8_t> codes) const override {
    for (int64_t column = 0; column < columns; ++column)
      codes[column] = uint8_t(int8_t(parts.codes.bytes[size_t(row * columns + column)]) + half);
  }

  GroupNumbers numbersOf(int64_t row, int64_t i) const override {
    return {.scale = numberAt(parts.scales, row, i), .zero = float(half) + parts.zeroAt(row, i)};
  }

  const SignedBytes parts;
  const int half; // of all codes
};

} // namespace

float SignedBytes::zeroAt(int64_t row, int64_t i) const {
  if (!zeros)
    return 0;
  const std::string_view type = zeros->type->name;
  return type == "I8" ? float(int8_t(zeros->bytes[size_t(row * zeros->shape[1] + i)])) : numberAt(*zeros, row, i);
}

std::unique_ptr<PackedMatrix> makeSignedBytes(const SignedBytes &parts, int64_t bits, int64_t group, bool symmetric,
                                              const gguf::TensorType &type) {
  return std::make_unique<SignedBytesMatrix>(parts, bits, group, symmetric, type);
}

} // namespace weebill::huggingface
