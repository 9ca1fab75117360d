//===- ObservedTensors.cpp - Tensors whose reading can be stopped ---------===//
//
// Tested by tests/unit/compiler/api/CancelTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/ObservedTensors.h"

#include "compiler/import/pad/PadModel.h"
#include "compiler/import/rotate/MixHidden.h"
#include "compiler/import/rotate/RotateModel.h"

#include <utility>

namespace weebill::api {

namespace {

class ObservedTensors : public importer::TensorSource {
public:
  ObservedTensors(std::shared_ptr<importer::TensorSource> source, Observer &observer)
      : source(std::move(source)), observer(observer) {}

  const std::vector<importer::TensorInfo> &tensors() const override { return source->tensors(); }

  void readRows(const std::string &name, int64_t first, int64_t count, float *out) const override {
    stopIfCancelled(observer);
    source->readRows(name, first, count, out);
  }
  void readBlocks(const std::string &name, std::string_view type, int64_t first, int64_t count,
                  uint8_t *out) const override {
    stopIfCancelled(observer);
    source->readBlocks(name, type, first, count, out);
  }

private:
  std::shared_ptr<importer::TensorSource> source;
  Observer &observer;
};

} // namespace

importer::ImportedModel observedModel(const importer::ImportedModel &model, Rotation rotation, Observer &observer) {
  importer::ImportedModel observed = model;
  observed.source = std::make_shared<ObservedTensors>(model.source, observer);
  if (options::turnsStream(rotation))
    observed = rotate::rotateModel(observed, [&observer] { stopIfCancelled(observer); }).value_or(observed);
  observed = pad::padModel(observed);
  return options::mixesHidden(rotation) ? rotate::mixHidden(observed) : observed;
}

} // namespace weebill::api
