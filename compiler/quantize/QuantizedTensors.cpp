//===- QuantizedTensors.cpp - A model whose floats became codes -----------===//
//
// Tested by tests/unit/compiler/quantize/QuantizedTensorsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/QuantizedTensors.h"

#include "compiler/import/Refuse.h"
#include "compiler/quantize/ScaleSearch.h"

#include <algorithm>
#include <cstring>

namespace weebill::quantize {

namespace {

class QuantizedTensors : public importer::TensorSource {
public:
  QuantizedTensors(std::shared_ptr<importer::TensorSource> tensors, const Formats &formats,
                   std::shared_ptr<const FoundBlocks> found)
      : inner(std::move(tensors)), formats(formats), found(std::move(found)), all(inner->tensors()) {
    for (importer::TensorInfo &info : all)
      if (const auto format = formats.find(info.name); format != formats.end()) {
        if (info.columns % kGroup != 0)
          throw importer::InputError("tensor " + importer::quoted(info.name) + " has rows of " +
                                     std::to_string(info.columns) + " columns, which are no whole groups of " +
                                     std::to_string(kGroup) + ": use --weights int8");
        info.type = format->second->type;
      }
  }

  const std::vector<importer::TensorInfo> &tensors() const override { return all; }

  void readRows(const std::string &name, int64_t first, int64_t count, float *out) const override {
    const auto format = formats.find(name);
    if (format == formats.end())
      return inner->readRows(name, first, count, out);
    const importer::TensorInfo &info = knownRows(name, first, count);
    std::vector<uint8_t> blocks(size_t(count * info.columns / kGroup * format->second->bytes()));
    readBlocks(name, format->second->type, first, count, blocks.data());
    blocksToRows(*format->second, blocks.data(), count, info.columns, out);
  }

  void readBlocks(const std::string &name, std::string_view type, int64_t first, int64_t count,
                  uint8_t *out) const override {
    const auto place = formats.find(name);
    if (place == formats.end() || type != place->second->type)
      return inner->readBlocks(name, type, first, count, out); // which has it or refuses
    const GroupFormat &format = *place->second;
    const importer::TensorInfo &info = knownRows(name, first, count);
    const int64_t rowBytes = info.columns / kGroup * format.bytes();
    if (found)
      if (const auto blocks = found->find(name); blocks != found->end()) {
        std::memcpy(out, blocks->second.data() + first * rowBytes, size_t(count * rowBytes));
        return;
      }
    std::vector<float> row(size_t(info.columns), 0.0f);
    for (int64_t i = 0; i < count; ++i, out += rowBytes) {
      inner->readRows(name, first + i, 1, row.data());
      try {
        roundRows(format, row.data(), 1, info.columns, nullptr, out);
      } catch (const std::invalid_argument &problem) {
        throw importer::InputError("tensor " + importer::quoted(name) + ", row " + std::to_string(first + i) + ": " +
                                   problem.what());
      }
    }
  }

private:
  std::shared_ptr<importer::TensorSource> inner;
  Formats formats;
  std::shared_ptr<const FoundBlocks> found;
  std::vector<importer::TensorInfo> all;
};

} // namespace

bool isQuantized(const importer::TensorInfo &tensor) {
  return tensor.role && families::contentOf(*tensor.role) == families::Content::Matrix &&
         *tensor.role != families::Role::HeadRotation;
}

importer::ImportedModel quantizedModel(const importer::ImportedModel &model, const Formats &formats,
                                       std::shared_ptr<const FoundBlocks> found) {
  importer::ImportedModel quantized = model;
  quantized.source = std::make_shared<QuantizedTensors>(model.source, formats, std::move(found));
  return quantized;
}

void roundRows(const GroupFormat &format, const float *rows, int64_t count, int64_t columns, const float *importance,
               uint8_t *blocks) {
  const std::vector<float> alike(kGroup, 1.0f);
  for (int64_t row = 0; row < count; ++row)
    for (int64_t first = 0; first < columns; first += kGroup, rows += kGroup, blocks += format.bytes())
      writeBlock(format, searchGroup(format, rows, importance ? importance + first : alike.data()), blocks);
}

void blocksToRows(const GroupFormat &format, const uint8_t *blocks, int64_t count, int64_t columns, float *rows) {
  for (int64_t i = 0; i < count * columns / kGroup; ++i, blocks += format.bytes(), rows += kGroup)
    readBlock(format, blocks, rows);
}

} // namespace weebill::quantize
