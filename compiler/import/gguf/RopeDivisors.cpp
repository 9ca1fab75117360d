//===- RopeDivisors.cpp - Scaled RoPE in GGUF -----------------------------===//

#include "compiler/import/gguf/RopeDivisors.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/RopeFrequency.h"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace weebill::gguf {

namespace {

/// All that are published: Llama 3.1 and 3.2 differ in the factor alone.
constexpr importer::RopeScaling kLlama3 = {
    .factor = 1, .lowFrequencyFactor = 1, .highFrequencyFactor = 4, .originalContext = 8192};

/// Divisors are made in float32 from a difference of numbers near each other: some hundred roundings at most. Another
/// context or other bounds change several pairs by more than a tenth.
constexpr double kTolerance = 1e-3;

constexpr double kGreatestFactor = 1e6;

std::vector<float> readVector(const GgufFile &file, const GgufTensor &tensor) {
  std::vector<float> values(size_t(tensor.columns));
  const char *block = tensor.bytes.data();
  for (int64_t i = 0; i < tensor.columns; i += tensor.type->blockElements, block += tensor.type->blockBytes)
    tensor.type->dequantizeBlock(block, values.data() + i);
  for (float value : values)
    if (!(value >= 1 && value <= kGreatestFactor))
      importer::refuse(file.path(), "tensor " + importer::quoted(tensor.name),
                       "has the divisor " + std::to_string(value) + ", which is not from 1 to 1000000");
  return values;
}

} // namespace

importer::RopeScaling readRopeDivisors(const GgufFile &file, const importer::Architecture &sizes) {
  const GgufTensor *tensor = file.find(kRopeDivisors);
  if (!tensor)
    return {};
  const std::string place = "tensor " + importer::quoted(tensor->name);
  if (!tensor->isVector || tensor->columns != sizes.headSize / 2)
    importer::refuse(file.path(), place,
                     "has " + std::to_string(tensor->rows) + " x " + std::to_string(tensor->columns) +
                         " elements, but heads of " + std::to_string(sizes.headSize) + " have " +
                         std::to_string(sizes.headSize / 2) + " frequencies");
  const std::vector<float> divisors = readVector(file, *tensor);
  importer::RopeScaling scaling = kLlama3;
  scaling.factor = double(*std::max_element(divisors.begin(), divisors.end()));
  if (scaling.factor == 1)
    return {};
  for (int64_t pair = 0; pair < sizes.headSize / 2; ++pair) {
    const double plain = importer::ropeFrequency({sizes.ropeTheta, {}}, pair, sizes.headSize);
    const double expected = plain / importer::ropeFrequency({sizes.ropeTheta, scaling}, pair, sizes.headSize);
    if (const double found = double(divisors[size_t(pair)]); std::abs(found - expected) > kTolerance * expected)
      importer::refuse(file.path(), place,
                       "divides frequency " + std::to_string(pair) + " by " + std::to_string(found) +
                           ", but the scaling of Llama 3 by " + std::to_string(scaling.factor) + " divides it by " +
                           std::to_string(expected) + "; no other is supported");
  }
  return scaling;
}

} // namespace weebill::gguf
