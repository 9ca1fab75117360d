//===- GgufTensors.cpp - Tensors of a GGUF file ---------------------------===//
//
// Tested by tests/unit/compiler/import/GgufTensorsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/gguf/GgufTensors.h"

#include "compiler/import/families/Families.h"

#include <cmath>
#include <cstring>
#include <map>

namespace weebill::gguf {

namespace {

class GgufTensorSource : public importer::TensorSource {
public:
  GgufTensorSource(std::shared_ptr<const GgufFile> gguf, const importer::Architecture &sizes)
      : file(std::move(gguf)), headSize(sizes.headSize),
        interleaved(families::familyOf(sizes).gguf->headRows == families::HeadRows::Interleaved) {
    std::map<std::string, importer::TensorInfo> known;
    families::forEachTensor(sizes, [&](const families::FamilyTensor &tensor, int64_t block) {
      known[tensor.name(block)] = {tensor.name(block), "", 0, 0, tensor.role, block};
    });
    for (const GgufTensor &tensor : file->tensors()) // in the file's order
      if (const auto info = known.find(std::string(tensor.name)); info != known.end())
        infos.push_back(
            {info->first, tensor.type->name, tensor.rows, tensor.columns, info->second.role, info->second.block});
  }

  const std::vector<importer::TensorInfo> &tensors() const override { return infos; }

  void readRows(const std::string &name, int64_t first, int64_t count, float *out) const override {
    forRows(name, first, count, [&](const GgufTensor &tensor, int64_t row) {
      readRow(tensor, row, out);
      if (const importer::TensorInfo *info = interleaved ? find(name) : nullptr;
          info && families::hasHeadElements(*info->role))
        families::separateHalves(out, tensor.columns, headSize);
      out += tensor.columns;
    });
  }

  void readBlocks(const std::string &name, std::string_view type, int64_t first, int64_t count,
                  uint8_t *out) const override {
    std::vector<float> numbers; // a scale that makes none is refused as it is where rows are read
    forRows(name, first, count, [&](const GgufTensor &tensor, int64_t row) {
      if (type != tensor.type->name)
        importer::refuse(file->path(), "tensor " + importer::quoted(name),
                         "is stored as " + std::string(tensor.type->name) + ", not as " + std::string(type));
      numbers.resize(tensor.columns);
      readRow(tensor, row, numbers.data());
      std::memcpy(out, tensor.bytes.data() + row * tensor.rowBytes(), tensor.rowBytes());
      out += tensor.rowBytes();
    });
  }

private:
  /// Calls `read(tensor, row of the file)` for rows of a tensor in the order of Hugging Face checkpoints.
  template <class Read> void forRows(const std::string &name, int64_t first, int64_t count, Read read) const {
    const GgufTensor *tensor = file->find(name);
    const std::string place = "tensor " + importer::quoted(name);
    if (!tensor)
      importer::refuse(file->path(), place, "is missing");
    if (first < 0 || count < 0 || first > tensor->rows || count > tensor->rows - first)
      importer::refuse(file->path(), place,
                       importer::counted(count, "row") + " from row " + std::to_string(first) +
                           " are asked for, it has " + std::to_string(tensor->rows));
    const importer::TensorInfo *info = interleaved ? find(name) : nullptr;
    const bool permuted = info && families::hasHeadRows(*info->role);
    for (int64_t row = first; row < first + count; ++row)
      read(*tensor, permuted ? families::interleavedRow(row, headSize) : row);
  }

  void readRow(const GgufTensor &tensor, int64_t row, float *out) const {
    const TensorType &type = *tensor.type;
    const char *block = tensor.bytes.data() + row * tensor.rowBytes();
    for (int64_t column = 0; column < tensor.columns; column += type.blockElements, block += type.blockBytes)
      type.dequantizeBlock(block, out + column);
    for (int64_t column = 0; column < tensor.columns; ++column)
      if (!std::isfinite(out[column]))
        importer::refuse(file->path(), "tensor " + importer::quoted(tensor.name),
                         "row " + std::to_string(row) + ", column " + std::to_string(column) + " as stored is " +
                             (std::isnan(out[column]) ? "NaN" : "infinite"));
  }

  std::shared_ptr<const GgufFile> file;
  int64_t headSize;
  bool interleaved;
  std::vector<importer::TensorInfo> infos;
};

} // namespace

std::shared_ptr<importer::TensorSource> makeGgufTensorSource(std::shared_ptr<const GgufFile> file,
                                                             const importer::Architecture &sizes) {
  return std::make_shared<GgufTensorSource>(std::move(file), sizes);
}

} // namespace weebill::gguf
