//===- RandomSource.h - Tensors for tests ------------------------*- C++ -*-===//
//
// A model file made up: tensors given by value, or filled from a seed.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_TESTS_UNIT_COMPILER_REFERENCE_RANDOMSOURCE_H
#define WEEBILL_TESTS_UNIT_COMPILER_REFERENCE_RANDOMSOURCE_H

#include "compiler/import/ImportedModel.h"

#include <algorithm>
#include <map>
#include <random>

namespace weebill::tests {

/// Numbers of a normal distribution.
inline std::vector<float> normalNumbers(int64_t count, unsigned seed, float deviation = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> distribution(0, deviation);
  std::vector<float> numbers(count);
  std::generate(numbers.begin(), numbers.end(), [&] { return distribution(random); });
  return numbers;
}

class RandomSource : public importer::TensorSource {
public:
  void add(const std::string &name, int64_t rows, int64_t columns, std::vector<float> values) {
    infos.push_back({name, "F32", rows, columns});
    contents[name] = std::move(values);
  }

  /// Normal numbers; a vector's are around 1, as gains are.
  void addRandom(const std::string &name, int64_t rows, int64_t columns, unsigned seed) {
    std::vector<float> values = normalNumbers(rows * columns, seed, 0.3f);
    if (rows == 1)
      std::for_each(values.begin(), values.end(), [](float &value) { value += 1; });
    add(name, rows, columns, std::move(values));
  }

  const std::vector<importer::TensorInfo> &tensors() const override { return infos; }

  void readRows(const std::string &name, int64_t first, int64_t count, float *out) const override {
    auto values = contents.at(name).begin() + first * find(name)->columns;
    std::copy(values, values + count * find(name)->columns, out);
  }

private:
  std::vector<importer::TensorInfo> infos;
  std::map<std::string, std::vector<float>> contents;
};

} // namespace weebill::tests

#endif // WEEBILL_TESTS_UNIT_COMPILER_REFERENCE_RANDOMSOURCE_H
