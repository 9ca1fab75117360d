//===- RandomTensors.cpp - Weights made from a seed -----------------------===//
//
// Tested by tests/unit/compiler/import/RandomTensorsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/description/RandomTensors.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/families/Families.h"

#include <cmath>

namespace weebill::description {

namespace {

constexpr uint64_t kStep = 0x9e3779b97f4a7c15;

/// The output function of splitmix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
uint64_t mix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/// FNV-1a.
uint64_t hashOf(const std::string &name) {
  uint64_t hash = 0xcbf29ce484222325;
  for (unsigned char c : name)
    hash = (hash ^ c) * 0x100000001b3;
  return hash;
}

/// The sum of the four 16-bit pieces, minus its mean: bell-shaped, at most 131,070 away from 0, variance (2^32 - 1)
/// / 3.
int32_t bell(uint64_t bits) {
  return int32_t((bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48)) - 131070;
}

class RandomTensors : public importer::TensorSource {
public:
  RandomTensors(const importer::Architecture &architecture, uint64_t seed) : seed(seed) {
    families::forEachTensor(architecture, [&](const families::FamilyTensor &tensor, int64_t block) {
      if (!(tensor.optional && architecture.tiedEmbeddings))
        infos.push_back({tensor.name(block), "F32", tensor.rows, tensor.columns, tensor.role, block});
    });
  }

  const std::vector<importer::TensorInfo> &tensors() const override { return infos; }

  void readRows(const std::string &name, int64_t first, int64_t count, float *out) const override {
    const importer::TensorInfo *tensor = find(name);
    if (!tensor)
      throw importer::InputError("random weights: there is no tensor " + importer::quoted(name));
    if (first < 0 || count < 0 || first > tensor->rows || count > tensor->rows - first)
      throw importer::InputError("random weights: tensor " + importer::quoted(name) + ": " +
                                 importer::counted(count, "row") + " from row " + std::to_string(first) +
                                 " are asked for, it has " + std::to_string(tensor->rows));
    const int64_t columns = tensor->columns;
    const uint64_t key = mix(seed ^ hashOf(name));
    const families::Content content = families::contentOf(*tensor->role);
    const bool gain = content == families::Content::Gain, bias = content == families::Content::Bias;
    const bool taps = content == families::Content::Taps;
    const float scale = float(std::sqrt(3.0 / (4294967295.0 * double(columns)))); // to variance 1 / columns
    for (int64_t row = first; row < first + count; ++row) {
      uint64_t state = mix(key + uint64_t(row) * kStep);
      for (int64_t column = 0; column < columns; ++column) {
        state += kStep;
        const float value = float(bell(mix(state))); // exact: 18 bits
        *out++ = gain ? 1.0f + value * 0x1p-20f : bias ? value * 0x1p-17f : taps ? value * 0x1p-16f : value * scale;
      }
    }
  }

private:
  uint64_t seed;
  std::vector<importer::TensorInfo> infos;
};

} // namespace

std::shared_ptr<importer::TensorSource> makeRandomTensors(const importer::Architecture &architecture, uint64_t seed) {
  return std::make_shared<RandomTensors>(architecture, seed);
}

} // namespace weebill::description
