//===- SeededTensors.cpp - Numbers for a module without a model -----------===//
//
// Tested by tests/unit/compiler/reference/PassVerifierTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/reference/SeededTensors.h"

#include "dialects/lm/LmOps.h"

#include <cmath>
#include <random>

using namespace mlir;
namespace weebill::reference {

namespace {

class SeededTensors : public importer::TensorSource {
public:
  explicit SeededTensors(ModuleOp module) {
    module.walk([&](lm::WeightOp weight) {
      for (StringAttr source : weight.getSources().getAsRange<StringAttr>())
        if (!source.empty() && !find(source.str()))
          infos.push_back({source.str(), "F32", weight.getRows(), weight.getColumns()});
    });
  }

  const std::vector<importer::TensorInfo> &tensors() const override { return infos; }

  void readRows(const std::string &name, int64_t first, int64_t count, float *out) const override {
    const importer::TensorInfo *tensor = find(name);
    if (!tensor || first < 0 || count < 0 || count > tensor->rows || first > tensor->rows - count)
      throw importer::InputError("seeded numbers: there are no such rows of a tensor '" + name + "'");
    const bool vector = tensor->rows == 1;
    std::normal_distribution<float> numbers(vector ? 1.0f : 0.0f,
                                            vector ? 0.3f : 1.0f / std::sqrt(float(tensor->columns)));
    for (int64_t row = first; row < first + count; ++row) { // a row is the same in whatever piece it is read
      std::seed_seq seed(name.begin(), name.end());
      std::mt19937_64 random(seed);
      random.seed(random() + uint64_t(row));
      numbers.reset();
      for (int64_t column = 0; column < tensor->columns; ++column)
        *out++ = numbers(random);
    }
  }

private:
  std::vector<importer::TensorInfo> infos;
};

} // namespace

std::unique_ptr<importer::TensorSource> seededTensors(ModuleOp module) {
  return std::make_unique<SeededTensors>(module);
}

} // namespace weebill::reference
