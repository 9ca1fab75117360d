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
    std::map<const GgufTensor *, importer::TensorInfo> known;
    families::forEachTensor(sizes, [&](const families::FamilyTensor &tensor, int64_t block) {
      const GgufTensor *found = findTensor(*file, tensor, block);
      if (!found)
        return;
      places[tensor.name(block)] = {found, tensor.fileColumns};
      known[found] = {tensor.name(block), found->type->name, tensor.rows, tensor.columns, tensor.role, block};
    });
    for (const GgufTensor &tensor : file->tensors()) // in the file's order
      if (const auto info = known.find(&tensor); info != known.end())
        infos.push_back(info->second);
  }

  const std::vector<importer::TensorInfo> &tensors() const override { return infos; }

  void readRows(const std::string &name, int64_t first, int64_t count, float *out) const override {
    forRows(name, first, count, [&](const Place &place, int64_t row) {
      if (place.fileColumns)
        return families::readByColumns(place.tensor->rows, place.tensor->columns, out,
                                       [&](int64_t i, float *numbers) { readRow(*place.tensor, i, numbers); });
      readRow(*place.tensor, row, out);
      if (const importer::TensorInfo *info = interleaved ? find(name) : nullptr;
          info && families::hasHeadElements(*info->role))
        families::separateHalves(out, place.tensor->columns, headSize);
      out += place.tensor->columns;
    });
  }

  void readBlocks(const std::string &name, std::string_view type, int64_t first, int64_t count,
                  uint8_t *out) const override {
    std::vector<float> numbers; // a scale that makes none is refused as it is where rows are read
    forRows(name, first, count, [&](const Place &place, int64_t row) {
      const GgufTensor &tensor = *place.tensor;
      if (place.fileColumns) // its columns are no blocks of the file
        return TensorSource::readBlocks(name, type, first, count, out);
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
  struct Place {
    const GgufTensor *tensor;
    int64_t fileColumns; // of a vector that is a matrix in the file, whose columns follow each other here; or 0
  };

  /// Calls `read(place, row of the file)` for rows of a tensor in the order of Hugging Face checkpoints.
  template <class Read> void forRows(const std::string &name, int64_t first, int64_t count, Read read) const {
    const auto found = places.find(name);
    const std::string called = "tensor " + importer::quoted(name);
    if (found == places.end())
      importer::refuse(file->path(), called, "is missing");
    const int64_t rows = found->second.fileColumns ? 1 : found->second.tensor->rows;
    if (first < 0 || count < 0 || first > rows || count > rows - first)
      importer::refuse(file->path(), called,
                       importer::counted(count, "row") + " from row " + std::to_string(first) +
                           " are asked for, it has " + std::to_string(rows));
    const importer::TensorInfo *info = interleaved ? find(name) : nullptr;
    const bool permuted = info && families::hasHeadRows(*info->role);
    for (int64_t row = first; row < first + count; ++row)
      read(found->second, permuted ? families::interleavedRow(row, headSize) : row);
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
  std::map<std::string, Place> places; // by the names of the family
  std::vector<importer::TensorInfo> infos;
};

} // namespace

const GgufTensor *findTensor(const GgufFile &file, const families::FamilyTensor &tensor, int64_t block) {
  const GgufTensor *found = file.find(tensor.name(block));
  const std::string other = tensor.otherName(block);
  return found || other.empty() ? found : file.find(other);
}

std::shared_ptr<importer::TensorSource> makeGgufTensorSource(std::shared_ptr<const GgufFile> file,
                                                             const importer::Architecture &sizes) {
  return std::make_shared<GgufTensorSource>(std::move(file), sizes);
}

} // namespace weebill::gguf
