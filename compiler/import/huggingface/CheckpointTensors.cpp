//===- CheckpointTensors.cpp - A checkpoint under canonical names ---------===//
//
// Tested by tests/unit/compiler/import/ImportHuggingFaceTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/CheckpointTensors.h"

#include "compiler/import/MissingTensor.h"
#include "compiler/import/Refuse.h"
#include "compiler/import/families/Families.h"
#include "compiler/import/huggingface/PackedMatrix.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_map>

namespace weebill::huggingface {

namespace {

/// RoPE's frequencies, which old checkpoints store beside what they are computed from.
bool isStoredFrequencies(const std::string &name) { return name.ends_with(".rotary_emb.inv_freq"); }

class CheckpointTensorSource : public importer::TensorSource {
public:
  CheckpointTensorSource(std::shared_ptr<const Checkpoint> files, const importer::Architecture &sizes)
      : checkpoint(std::move(files)), headSize(sizes.headSize),
        interleaved(families::familyOf(sizes).config->headRows == families::HeadRows::Interleaved),
        gainsFromOne(families::familyOf(sizes).config->gainsFromOne) {
    families::forEachTensor(sizes,
                            [&](const families::FamilyTensor &tensor, int64_t block) { add(tensor, block, sizes); });
    for (const auto &[name, tensor] : checkpoint->tensors())
      if (!used.contains(name) && !isStoredFrequencies(name) && !isLeftOut(*families::familyOf(sizes).config, name))
        importer::refuse(tensor->file, "tensor " + weebill::importer::quoted(name),
                         "is not part of a model of family " + weebill::importer::quoted(sizes.family) +
                             " as it is supported here");
  }

  const std::vector<importer::TensorInfo> &tensors() const override { return infos; }

  void readRows(const std::string &name, int64_t first, int64_t count, float *out) const override {
    forRows(name, first, count, [&](const Place &place, int64_t row, const importer::TensorInfo &info) {
      if (place.fileColumns)
        return families::readByColumns(
            info.columns / place.fileColumns, place.fileColumns, out,
            [&](int64_t i, float *numbers) { readRow(*place.tensor, i, place.fileColumns, numbers); });
      readRow(*place.tensor, row, info.columns, out);
      if (interleaved && families::hasHeadElements(*info.role))
        families::separateHalves(out, info.columns, headSize);
      if (gainsFromOne && families::contentOf(*info.role) == families::Content::Gain)
        for (int64_t column = 0; column < info.columns; ++column)
          out[column] += 1.0f; // rounded as where the model is trained
      out += info.columns;
    });
  }

  void readBlocks(const std::string &name, std::string_view type, int64_t first, int64_t count,
                  uint8_t *out) const override {
    forRows(name, first, count, [&](const Place &place, int64_t row, const importer::TensorInfo &info) {
      const SafetensorsTensor &tensor = *place.tensor;
      if (!tensor.packed || type != tensor.type->name)
        importer::refuse(tensor.file, "tensor " + weebill::importer::quoted(tensor.name),
                         "is stored as " + std::string(tensor.type->name) + ", not as " + std::string(type));
      tensor.packed->readBlocks(row, out);
      out += info.columns / tensor.type->blockElements * tensor.type->blockBytes;
    });
  }

private:
  bool isLeftOut(const families::ConfigForm &form, const std::string &name) const {
    return std::any_of(form.leftOut.begin(), form.leftOut.end(),
                       [&](std::string_view one) { return name == checkpoint->nameOf(std::string(one)); });
  }

  /// Where a checkpoint has a tensor of the model: in one of its own, or among the rows of one.
  struct Place {
    const SafetensorsTensor *tensor;
    int64_t firstRow;
    int64_t fileColumns; // of a vector that is a matrix in the file, whose columns follow each other here; or 0
  };

  /// Calls `read(place, row of the checkpoint, what it is here)` for rows of a tensor.
  template <class Read> void forRows(const std::string &name, int64_t first, int64_t count, Read read) const {
    const auto found = byName.find(name);
    if (found == byName.end())
      importer::refuse(checkpoint->folder(), "tensor " + weebill::importer::quoted(name), "is missing");
    const SafetensorsTensor &tensor = *found->second.tensor;
    const importer::TensorInfo &info = *find(name);
    if (first < 0 || count < 0 || first > info.rows || count > info.rows - first)
      importer::refuse(tensor.file, "tensor " + weebill::importer::quoted(tensor.name),
                       importer::counted(count, "row") + " from row " + std::to_string(first) +
                           " are asked for, it has " + std::to_string(info.rows));
    const bool permuted = interleaved && families::hasHeadRows(*info.role);
    for (int64_t row = first; row < first + count; ++row)
      read(found->second, found->second.firstRow + (permuted ? families::interleavedRow(row, headSize) : row), info);
  }

  void readRow(const SafetensorsTensor &tensor, int64_t row, int64_t columns, float *out) const {
    const gguf::TensorType &type = *tensor.type;
    if (tensor.packed)
      tensor.packed->readRow(row, out);
    else
      for (int64_t column = 0; column < columns; ++column)
        type.dequantizeBlock(tensor.bytes.data() + (row * columns + column) * type.blockBytes, out + column);
    for (int64_t column = 0; column < columns; ++column)
      if (!std::isfinite(out[column]))
        importer::refuse(tensor.file, "tensor " + weebill::importer::quoted(tensor.name),
                         "row " + std::to_string(row) + ", column " + std::to_string(column) + " is " +
                             (std::isnan(out[column]) ? "NaN" : "infinite"));
  }

  /// A convolution's taps have an axis of one: in the middle, or at the end where MLX saved them.
  static std::vector<int64_t> shapeOf(const families::FamilyTensor &tensor, const std::vector<int64_t> &found) {
    if (tensor.fileColumns) {
      const int64_t rows = tensor.columns / tensor.fileColumns;
      const std::vector<int64_t> atEnd = {rows, tensor.fileColumns, 1};
      return found == atEnd ? atEnd : std::vector<int64_t>{rows, 1, tensor.fileColumns};
    }
    if (tensor.isVector)
      return {tensor.columns};
    return {tensor.checkpointRows ? tensor.checkpointRows : tensor.rows, tensor.columns};
  }

  void add(const families::FamilyTensor &tensor, int64_t block, const importer::Architecture &sizes) {
    const std::string name = checkpoint->nameOf(tensor.checkpointName(block));
    const SafetensorsTensor *found = checkpoint->find(name);
    const bool tiedHead = tensor.role == families::Role::Head && sizes.tiedEmbeddings;
    if (!found && tiedHead)
      return;
    if (!found)
      importer::refuse(checkpoint->folder(), "tensor " + weebill::importer::quoted(name),
                       tensor.role == families::Role::Head
                           ? "is missing, and the configuration does not say that the embedding is the head"
                           : importer::missingTensor(name, sizes, block, checkpoint->names(),
                                                     [&](const families::FamilyTensor &other, int64_t place) {
                                                       return checkpoint->nameOf(other.checkpointName(place));
                                                     }));
    const std::vector<int64_t> shape = shapeOf(tensor, found->shape);
    if (found->shape != shape)
      importer::refuse(found->file, "tensor " + weebill::importer::quoted(name),
                       "is " + shapeText(found->shape) + ", but the configuration says " + shapeText(shape));
    if (!found->packed && !found->type->dequantizeBlock)
      importer::refuse(found->file, "tensor " + weebill::importer::quoted(name),
                       std::string("is of type ") + found->type->name +
                           ", which is codes, and 'quantization_config' of config.json does not say what of");
    used.insert(name);
    if (tiedHead) {
      refuseOtherHead(*found);
      return;
    }
    byName.emplace(tensor.name(block), Place{found, tensor.firstCheckpointRow, tensor.fileColumns});
    infos.push_back({tensor.name(block), found->type->name, tensor.rows, tensor.columns, tensor.role, block});
  }

  /// A tied head may be stored a second time; if it is another matrix, the file and its configuration disagree.
  void refuseOtherHead(const SafetensorsTensor &head) const {
    const auto info = std::find_if(infos.begin(), infos.end(), [](const importer::TensorInfo &one) {
      return one.role == families::Role::Embedding;
    });
    const SafetensorsTensor &embedding = *byName.at(info->name).tensor;
    if (head.type != embedding.type || head.bytes != embedding.bytes)
      importer::refuse(head.file, "tensor " + weebill::importer::quoted(head.name),
                       "differs from " + weebill::importer::quoted(embedding.name) +
                           ", but the configuration says that both are one: if the head is meant, set "
                           "'tie_word_embeddings' to false");
  }

  std::shared_ptr<const Checkpoint> checkpoint;
  const int64_t headSize;
  const bool interleaved, gainsFromOne;
  std::unordered_map<std::string, Place> byName; // canonical
  std::set<std::string> used;                    // names of the checkpoint
  std::vector<importer::TensorInfo> infos;
};

} // namespace

std::shared_ptr<importer::TensorSource> makeCheckpointTensorSource(std::shared_ptr<const Checkpoint> checkpoint,
                                                                   const importer::Architecture &sizes) {
  return std::make_shared<CheckpointTensorSource>(std::move(checkpoint), sizes);
}

} // namespace weebill::huggingface
