//===- MixHidden.cpp - The same model with mixed inputs of down -----------===//

#include "compiler/import/rotate/MixHidden.h"

#include "compiler/import/rotate/Hadamard.h"

#include <algorithm>

namespace weebill::rotate {

namespace {

class MixedTensors : public importer::TensorSource {
public:
  MixedTensors(std::shared_ptr<importer::TensorSource> tensors, int64_t mixed)
      : inner(std::move(tensors)), mixed(mixed), all(inner->tensors()) {
    for (importer::TensorInfo &info : all)
      if (info.role == families::Role::Down)
        info.type = "F32"; // sums are no codes of the file's own format
  }

  const std::vector<importer::TensorInfo> &tensors() const override { return all; }

  void readRows(const std::string &name, int64_t first, int64_t count, float *out) const override {
    inner->readRows(name, first, count, out);
    if (const importer::TensorInfo *info = down(name))
      mixRows(out, count * info->columns);
  }

  void readBlocks(const std::string &name, std::string_view type, int64_t first, int64_t count,
                  uint8_t *out) const override {
    if (down(name))
      return TensorSource::readBlocks(name, type, first, count, out); // which refuses
    inner->readBlocks(name, type, first, count, out);
  }

private:
  /// The tensor if it is a `down`, or nullptr.
  const importer::TensorInfo *down(const std::string &name) const {
    const importer::TensorInfo *info = find(name);
    return info && info->role == families::Role::Down ? info : nullptr;
  }

  /// Groups of `mixed` numbers, in place, divided by their number.
  void mixRows(float *x, int64_t count) const {
    std::vector<double> group(static_cast<size_t>(mixed));
    for (float *const end = x + count; x < end; x += mixed) {
      std::copy_n(x, mixed, group.begin());
      mix(std::span(group), mixed);
      std::transform(group.begin(), group.end(), x, [&](double sum) { return float(sum / double(mixed)); });
    }
  }

  std::shared_ptr<importer::TensorSource> inner;
  int64_t mixed;
  std::vector<importer::TensorInfo> all;
};

} // namespace

int64_t mixedColumns(int64_t hidden) { return std::min<int64_t>(hidden & -hidden, 512); }

importer::ImportedModel mixHidden(const importer::ImportedModel &model) {
  importer::ImportedModel mixed = model;
  mixed.architecture.mixedHidden = mixedColumns(model.architecture.hidden);
  mixed.source = std::make_shared<MixedTensors>(model.source, mixed.architecture.mixedHidden);
  return mixed;
}

} // namespace weebill::rotate
