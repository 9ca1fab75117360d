//===- PackedMatrix.cpp - A matrix of codes in a checkpoint ---------------===//
//
// Tested by tests/unit/compiler/import/PackedMatrixTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/PackedMatrix.h"

#include "codegen/formats/Half.h"
#include "compiler/import/ImportedModel.h"

#include <cmath>
#include <cstring>
#include <vector>

namespace weebill::huggingface {

namespace {

constexpr int64_t kBlock = 32;
constexpr uint32_t kQ4_0 = 2, kQ4_1 = 3, kQ8_0 = 8; // in GGUF files

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
  const auto writeHalf = [&](float number, const char *what) {
    if (!(std::fabs(number) < formats::kHalfOverflow))
      throw importer::InputError(place + ": row " + std::to_string(row) + " has the " + what + " " +
                                 std::to_string(number) +
                                 ", which float16 cannot hold: --weights int8 rounds all "
                                 "codes again");
    const uint16_t half = formats::toHalf(number);
    std::memcpy(out, &half, sizeof half);
    out += sizeof half;
  };
  for (int64_t first = 0; first < columns; first += kBlock) {
    const GroupNumbers of = numbersOf(row, first / group);
    writeHalf(of.scale, "scale");
    if (found->id == kQ4_1)
      writeHalf(of.bias - of.scale * of.zero, "minimum");
    const uint8_t *code = codes.data() + first;
    if (found->id == kQ8_0) {
      for (int64_t i = 0; i < kBlock; ++i)
        *out++ = uint8_t(code[i] - 128);
    } else {
      for (int64_t i = 0; i < kBlock / 2; ++i) // the first half of the block in the lower nibbles
        *out++ = uint8_t(code[i] | code[i + kBlock / 2] << 4);
    }
  }
}

} // namespace weebill::huggingface
