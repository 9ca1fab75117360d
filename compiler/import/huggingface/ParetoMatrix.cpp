//===- ParetoMatrix.cpp - Matrices that ParetoQ trains --------------------===//
//
// A matrix of numbers beside a scale for each row, ".weight_clip_val" [rows][1], and `w_bits` in config.json: the
// numbers are rounded to a few levels whenever the model is used (Liu et al. 2025, ParetoQ, arXiv 2502.02631), and so
// they are here, in the arithmetic of the type that they are stored in. With x = number / scale:
//
//   w_bits 0   round(1.5 clamp(x)) = -1, 0, 1          times 2/3 of the scale
//   w_bits 1   the sign of x                           times the scale
//   w_bits 2   2 round(2 clamp(x) - 1/2) + 1 = -3 .. 3 times a quarter of it
//   w_bits 3   round(x) = -4 .. 3                      times the scale, and so -8 .. 7 of w_bits 4
//
// clamp is to 0.99 on both sides. Tested by tests/unit/compiler/import/PackedMatrixTest.cpp and
// tests/emitted/test_packed.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/formats/Half.h"
#include "compiler/import/ImportedModel.h"
#include "compiler/import/gguf/Dequantize.h"
#include "compiler/import/huggingface/PackedLayouts.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace weebill::huggingface {

namespace {

const gguf::TensorType kType = {~0u, "ParetoQ", 1, 1, nullptr};

class ParetoMatrix final : public PackedMatrix {
public:
  ParetoMatrix(const SafetensorsTensor &numbers, const Parts &parts, int64_t levels)
      : PackedMatrix(placeOfPart(numbers), numbers.shape[0], numbers.shape[1], levels == 0 ? 2 : 4, numbers.shape[1]),
        numbers(numbers), scales(partOf(parts, numbers, ".weight_clip_val", {"F32", "F16", "BF16"})), levels(levels) {
    requireShape(scales, {rows, 1}, numbers);
    if (levels == 0)
      chooseTernary(kType);
    else
      chooseType(true, true, kType);
  }

private:
  /// A number as that type has it.
  float rounded(float number) const {
    const std::string_view type = numbers.type->name;
    if (type == "F16")
      return std::fabs(number) < formats::kHalfOverflow ? gguf::halfToFloat(formats::toHalf(number)) : number;
    if (type == "F32" || !std::isfinite(number))
      return number;
    const uint32_t bits = std::bit_cast<uint32_t>(number);
    return std::bit_cast<float>((bits + 0x7fff + (bits >> 16 & 1)) & 0xffff0000u);
  }

  float scaleOf(int64_t row) const {
    const float scale = numberAt(scales, row, 0);
    return scale > 1e-5f || std::isnan(scale) ? scale : rounded(1e-5f);
  }

  int codeOf(float number, float scale) const {
    if (std::isnan(number) || !std::isfinite(scale))
      throw importer::InputError(place + ": has a number or a scale that is none");
    if (levels == 1)
      return number > 0 ? 1 : number < 0 ? -1 : 0;
    const float x = rounded(number / scale), clamped = std::clamp(x, rounded(-0.99f), rounded(0.99f));
    if (levels == 0)
      return int(std::nearbyint(rounded(clamped * 1.5f)));
    if (levels == 2)
      return 2 * int(std::nearbyint(rounded(rounded(clamped * 2) - 0.5f))) + 1;
    const float greatest = float(1 << (levels - 1));
    return int(std::clamp(std::nearbyint(x), -greatest, greatest - 1));
  }

  void readCodes(int64_t row, std::span<uint8_t> codes) const override {
    const float scale = scaleOf(row);
    for (int64_t column = 0; column < columns; ++column)
      codes[column] = uint8_t(codeOf(numberAt(numbers, row, column), scale) + (levels == 0 ? 1 : 8));
  }

  GroupNumbers numbersOf(int64_t row, int64_t) const override {
    const float scale = scaleOf(row);
    return {.scale = levels == 0 ? scale / 1.5f : levels == 2 ? scale / 4 : scale, .zero = levels == 0 ? 1.0f : 8.0f};
  }

  const SafetensorsTensor &numbers, &scales;
  const int64_t levels; // w_bits
};

std::unique_ptr<PackedMatrix> make(const Parts &parts, const Packing &packing, const Quantization &) {
  const SafetensorsTensor &numbers = partOf(parts, *parts(".weight"), ".weight", {"F32", "F16", "BF16"});
  return std::make_unique<ParetoMatrix>(numbers, parts, packing.bits);
}

} // namespace

const PackedLayout kPareto = {"ParetoQ", ".weight_clip_val", {".weight", ".weight_clip_val"}, {0, 1, 2, 3, 4}, make};

} // namespace weebill::huggingface
