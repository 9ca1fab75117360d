//===- CompactTensors.cpp - A quantized file in fewer bytes ---------------===//
//
// Tested by tests/unit/compiler/quantize/CompactTensorsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/CompactTensors.h"

#include "compiler/import/Refuse.h"
#include "compiler/quantize/CompactRows.h"
#include "compiler/quantize/GroupFormat.h"
#include "compiler/quantize/QuantizedTensors.h"

#include <stdexcept>
#include <string_view>

namespace weebill::quantize {

namespace {

/// What embedding and head may be to become smaller, and bits of a weight.
struct Wider {
  std::string_view type;
  double bits;
};
constexpr Wider kWider[] = {{"Q6_0", 6.5}, {"Q8_0", 8.5}, {"F16", 16}, {"BF16", 16}, {"F32", 32}};

/// The tensor's compact form and the bits it has now; null if it stays what it is.
const CompactForm *formFor(const importer::TensorInfo &tensor, double &bits) {
  if (!isQuantized(tensor) || tensor.columns % kGroup != 0)
    return nullptr;
  if (tensor.type == "Q4_1") {
    bits = 5;
    return &kQ4_C;
  }
  for (const Wider &wider : kWider)
    if (tensor.block < 0 && tensor.type == wider.type) {
      bits = wider.bits;
      return &kQ6_C;
    }
  return nullptr;
}

class CompactTensors : public importer::TensorSource {
public:
  explicit CompactTensors(std::shared_ptr<importer::TensorSource> tensors)
      : inner(std::move(tensors)), all(inner->tensors()) {
    for (importer::TensorInfo &info : all)
      if (double bits; const CompactForm *form = formFor(info, bits))
        info.type = form->type;
  }

  const std::vector<importer::TensorInfo> &tensors() const override { return all; }

  void readRows(const std::string &name, int64_t first, int64_t count, float *out) const override {
    const CompactForm *form = formOf(name);
    if (!form)
      return inner->readRows(name, first, count, out);
    const importer::TensorInfo &info = knownRows(name, first, count);
    std::vector<uint8_t> row(size_t(form->rowBytes(info.columns)));
    for (int64_t i = 0; i < count; ++i, out += info.columns) {
      compactRow(info, first + i, row.data());
      form->dequantizeRow(row.data(), info.columns, out);
    }
  }

  void readBlocks(const std::string &name, std::string_view type, int64_t first, int64_t count,
                  uint8_t *out) const override {
    const CompactForm *form = formOf(name);
    if (!form)
      return inner->readBlocks(name, type, first, count, out);
    if (type != form->type)
      return TensorSource::readBlocks(name, type, first, count, out); // which refuses
    const importer::TensorInfo &info = knownRows(name, first, count);
    for (int64_t i = 0; i < count; ++i, out += form->rowBytes(info.columns))
      compactRow(info, first + i, out);
  }

private:
  /// Of a tensor that has one here.
  const CompactForm *formOf(const std::string &name) const {
    const importer::TensorInfo *info = find(name);
    for (const CompactForm *form : {&kQ4_C, &kQ6_C})
      if (info && info->type == form->type)
        return form;
    return nullptr;
  }

  void compactRow(const importer::TensorInfo &info, int64_t row, uint8_t *out) const {
    const bool fourBits = info.type == kQ4_C.type;
    const GroupFormat &stored = *findGroupFormat(fourBits ? "q4_1" : "q6_0");
    std::vector<uint8_t> blocks(size_t(info.columns / kGroup * stored.bytes()));
    inner->readBlocks(info.name, stored.type, row, 1, blocks.data());
    (fourBits ? compactQ4_1 : compactQ6_0)(blocks.data(), info.columns, out);
  }

  std::shared_ptr<importer::TensorSource> inner;
  std::vector<importer::TensorInfo> all;
};

} // namespace

Formats formatsOfEnds(const importer::TensorSource &source) {
  Formats formats;
  double bits;
  for (const importer::TensorInfo &tensor : source.tensors())
    if (formFor(tensor, bits) == &kQ6_C && tensor.type != "Q6_0")
      formats[tensor.name] = findGroupFormat("q6_0");
  return formats;
}

importer::ImportedModel compactModel(const importer::ImportedModel &model, std::shared_ptr<const FoundBlocks> found) {
  importer::ImportedModel compact = quantizedModel(model, formatsOfEnds(*model.source), std::move(found));
  compact.source = std::make_shared<CompactTensors>(compact.source);
  return compact;
}

CompactSizes compactSizes(const importer::TensorSource &source) {
  CompactSizes sizes;
  double bits = 0;
  for (const importer::TensorInfo &tensor : source.tensors())
    if (const CompactForm *form = formFor(tensor, bits)) {
      ++sizes.matrices;
      sizes.before += int64_t(double(tensor.rows * tensor.columns) * bits / 8);
      sizes.after += tensor.rows * form->rowBytes(tensor.columns);
    }
  return sizes;
}

} // namespace weebill::quantize
