//===- PackedMatrix.cpp - A matrix of codes in a checkpoint ---------------===//
//
// Tested by tests/unit/compiler/import/PackedMatrixTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/PackedMatrix.h"

#include "codegen/formats/Half.h"
#include "compiler/import/ImportedModel.h"
#include "compiler/import/gguf/WriteBlock.h"

#include <cmath>
#include <optional>
#include <vector>

namespace weebill::huggingface {

namespace {

constexpr int64_t kBlock = 32;
constexpr uint32_t kQ4_0 = 2, kQ4_1 = 3, kQ8_0 = 8, kQ2_0 = 42; // in GGUF files

} // namespace

void PackedMatrix::chooseType(bool symmetric, bool inOrder, const gguf::TensorType &otherwise) {
  found = &otherwise;
  if (!inOrder || group % kBlock != 0 || columns % kBlock != 0)
    return;
  if (bits == 4)
    found = gguf::findTensorType(symmetric ? kQ4_0 : kQ4_1);
  else if (bits == 8 && symmetric)
    found = gguf::findTensorType(kQ8_0);
}

void PackedMatrix::chooseTernary(const gguf::TensorType &otherwise) {
  const gguf::TensorType *twoBits = gguf::findTensorType(kQ2_0);
  found = columns % twoBits->blockElements == 0 ? twoBits : &otherwise;
}

void PackedMatrix::readRow(int64_t row, float *out) const {
  std::vector<uint8_t> codes(columns);
  readCodes(row, codes);
  std::vector<GroupNumbers> numbers((columns + group - 1) / group);
  for (size_t i = 0; i < numbers.size(); ++i)
    numbers[i] = numbersOf(row, int64_t(i));
  for (int64_t column = 0; column < columns; ++column) {
    const GroupNumbers &of = numbers[groupOf(column)];
    out[column] = of.scale * (float(codes[column]) - of.zero) + of.bias;
  }
}

void PackedMatrix::readBlocks(int64_t row, uint8_t *out) const {
  std::vector<uint8_t> codes(columns);
  readCodes(row, codes);
  if (found->id == kQ8_0)
    for (uint8_t &code : codes)
      code = uint8_t(code - 128); // with a sign
  const auto half = [&](float number, const char *what) {
    if (std::fabs(number) < formats::kHalfOverflow)
      return formats::toHalf(number);
    throw importer::InputError(
        place + ": row " + std::to_string(row) + " has the " + what + " " + std::to_string(number) +
        (std::isfinite(number) ? ", which float16 cannot hold: --weights int8 rounds all codes again"
                               : ", which is no number"));
  };
  for (int64_t first = 0; first < columns; first += found->blockElements, out += found->blockBytes) {
    const GroupNumbers of = numbersOf(row, first / group);
    const uint16_t scale = half(of.scale, "scale");
    std::optional<uint16_t> minimum;
    if (found->id == kQ4_1)
      minimum = half(of.bias - of.scale * of.zero, "minimum");
    gguf::writeBlock(bits, scale, minimum, codes.data() + first, out);
  }
}

} // namespace weebill::huggingface
