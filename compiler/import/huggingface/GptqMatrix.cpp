//===- GptqMatrix.cpp - Matrices as GPTQ's libraries write them -----------===//
//
// AutoGPTQ, GPTQModel: words hold codes of columns that follow each other, [columns / 8][rows] for four bits; scales
// [groups][rows], zero points packed along the rows [groups][rows / 8], less one in the first version of the format.
// `g_idx` gives the group of each column: with "desc_act" they do not follow each other.
//
// Tested by tests/unit/compiler/import/PackedMatrixTest.cpp and tests/emitted/test_packed.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/ImportedModel.h"
#include "compiler/import/huggingface/PackedLayouts.h"

#include <cstring>

namespace weebill::huggingface {

namespace {

const gguf::TensorType kType = {~0u, "GPTQ", 1, 1, nullptr};

class GptqMatrix final : public PackedMatrix {
public:
  GptqMatrix(const SafetensorsTensor &codes, const Parts &parts, const Packing &packing, bool zerosLessOne)
      : PackedMatrix(placeOfPart(codes), codes.shape[1], codes.shape[0] * (32 / packing.bits), packing.bits,
                     packing.group ? packing.group : codes.shape[0] * (32 / packing.bits)),
        words(codes, packing.bits), zeros(partOf(parts, codes, ".qzeros", {"I32"}), packing.bits),
        scales(partOf(parts, codes, ".scales", {"F16", "BF16", "F32"})), more(zerosLessOne ? 1 : 0) {
    const int64_t groups = groupsOf(columns, group), inWord = words.codesInWord();
    requireShape(scales, {groups, rows}, codes);
    requireShape(*parts(".qzeros"), {groups, (rows + inWord - 1) / inWord}, codes);
    readOrder(codes, parts(".g_idx"), groups);
    bool symmetric = true;
    for (int64_t row = 0; row < rows && symmetric; ++row)
      for (int64_t i = 0; i < groups; ++i)
        symmetric = symmetric && zeroAt(row, i) == 1 << (bits - 1);
    chooseType(symmetric, order.empty(), kType);
  }

private:
  /// Kept only where it says something: groups that are not one column after the other.
  void readOrder(const SafetensorsTensor &codes, const SafetensorsTensor *part, int64_t groups) {
    if (!part)
      return;
    partOf([&](const char *) { return part; }, codes, ".g_idx", {"I32"}, 1);
    requireShape(*part, {columns}, codes);
    order.resize(columns);
    std::memcpy(order.data(), part->bytes.data(), part->bytes.size());
    bool plain = true;
    for (int64_t column = 0; column < columns; ++column) {
      if (order[column] < 0 || order[column] >= groups)
        throw importer::InputError(placeOfPart(*part) + ": column " + std::to_string(column) + " is of group " +
                                   std::to_string(order[column]) + ", there are " + std::to_string(groups));
      plain = plain && order[column] == column / group;
    }
    if (plain)
      order.clear();
  }

  int zeroAt(int64_t row, int64_t i) const {
    const int64_t inWord = words.codesInWord();
    return zeros.code(zeros.at(i, row / inWord), row % inWord) + more;
  }

  void readCodes(int64_t row, std::span<uint8_t> codes) const override {
    const int64_t inWord = words.codesInWord();
    for (int64_t word = 0; word * inWord < columns; ++word)
      for (int64_t i = 0; i < inWord; ++i)
        codes[word * inWord + i] = words.code(words.at(word, row), i);
  }

  GroupNumbers numbersOf(int64_t row, int64_t i) const override {
    return {.scale = numberAt(scales, i, row), .zero = float(zeroAt(row, i))};
  }

  int64_t groupOf(int64_t column) const override { return order.empty() ? column / group : order[column]; }

  const Words words, zeros;
  const SafetensorsTensor &scales;
  const int more;
  std::vector<int32_t> order; // the group of each column, where columns / group does not say it
};

std::unique_ptr<PackedMatrix> make(const Parts &parts, const Packing &packing, const Quantization &whole) {
  const SafetensorsTensor &codes = partOf(parts, *parts(".qweight"), ".qweight", {"I32"});
  return std::make_unique<GptqMatrix>(codes, parts, packing, whole.zerosLessOne);
}

} // namespace

const PackedLayout kGptq = {"gptq", ".qweight", {".qweight", ".qzeros", ".scales", ".g_idx"}, {2, 4, 8}, make};

} // namespace weebill::huggingface
