//===- RopeDivisors.cpp - Scaled RoPE in GGUF -----------------------------===//

#include "compiler/import/gguf/RopeDivisors.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/gguf/FitRopeScaling.h"

#include <algorithm>

namespace weebill::gguf {

namespace {

/// Beyond what rounding to float32 does: a file whose divisors are no scaling of this form is another model.
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
  if (std::all_of(divisors.begin(), divisors.end(), [](float divisor) { return divisor == 1; }))
    return {};
  const RopeFit fit = fitRopeScaling(divisors, sizes.ropeTheta);
  if (!(fit.error <= kTolerance))
    importer::refuse(file.path(), place,
                     "divides frequency " + std::to_string(fit.worst) + " by " +
                         std::to_string(divisors[size_t(fit.worst)]) +
                         ", where the scaling of Llama 3 that comes nearest to the other frequencies divides it by " +
                         std::to_string(ropeDivisor(fit.scaling, sizes.ropeTheta, fit.worst, sizes.headSize)) +
                         "; no other is supported");
  return fit.scaling;
}

} // namespace weebill::gguf
