//===- LlamaTensors.cpp - Tensors that a Llama model consists of ----------===//
//
// Tested by tests/unit/compiler/import/LlamaTensorsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/gguf/LlamaTensors.h"

#include <cmath>

namespace weebill::gguf {

std::vector<LlamaTensor> llamaOuterTensors(const importer::Architecture &sizes) {
  return {
      {"token_embd.weight", sizes.vocabulary, sizes.model},
      {"output_norm.weight", 1, sizes.model, /*isVector=*/true},
      {"output.weight", sizes.vocabulary, sizes.model, /*isVector=*/false, /*optional=*/true},
  };
}

std::vector<LlamaTensor> llamaLayerTensors(const importer::Architecture &sizes, int64_t layer) {
  const std::string block = "blk." + std::to_string(layer) + ".";
  const int64_t queryRows = sizes.heads * sizes.headSize, keyRows = sizes.keyValueHeads * sizes.headSize;
  std::vector<LlamaTensor> tensors = {
      {block + "attn_norm.weight", 1, sizes.model, /*isVector=*/true},
      {block + "attn_q.weight", queryRows, sizes.model},
      {block + "attn_k.weight", keyRows, sizes.model},
      {block + "attn_v.weight", keyRows, sizes.model},
      {block + "attn_output.weight", sizes.model, queryRows},
      {block + "ffn_norm.weight", 1, sizes.model, /*isVector=*/true},
      {block + "ffn_gate.weight", sizes.hidden, sizes.model},
      {block + "ffn_up.weight", sizes.hidden, sizes.model},
      {block + "ffn_down.weight", sizes.model, sizes.hidden},
  };
  const auto addVector = [&](const char *name, int64_t columns) {
    tensors.push_back({block + name, 1, columns, /*isVector=*/true});
  };
  if (sizes.projectionBias) {
    addVector("attn_q.bias", queryRows);
    addVector("attn_k.bias", keyRows);
    addVector("attn_v.bias", keyRows);
  }
  if (sizes.attentionOutBias)
    addVector("attn_output.bias", sizes.model);
  if (sizes.headNorms == importer::HeadNorms::BeforeRope) {
    addVector("attn_q_norm.weight", sizes.headSize);
    addVector("attn_k_norm.weight", sizes.headSize);
  }
  return tensors;
}

int64_t interleavedRow(int64_t row, int64_t headSize) {
  const int64_t head = row / headSize, inHead = row % headSize, half = headSize / 2;
  return head * headSize + 2 * (inHead % half) + inHead / half;
}

namespace {

class LlamaTensorSource : public importer::TensorSource {
public:
  LlamaTensorSource(std::shared_ptr<const GgufFile> gguf, const importer::Architecture &sizes)
      : file(std::move(gguf)), headSize(sizes.headSize), interleaved(sizes.family == "llama") {
    for (const GgufTensor &tensor : file->tensors())
      infos.push_back({std::string(tensor.name), tensor.type->name, tensor.rows, tensor.columns});
  }

  const std::vector<importer::TensorInfo> &tensors() const override { return infos; }

  void readRows(const std::string &name, int64_t first, int64_t count, float *out) const override {
    const GgufTensor *tensor = file->find(name);
    const std::string place = "tensor " + importer::quoted(name);
    if (!tensor)
      importer::refuse(file->path(), place, "is missing");
    if (first < 0 || count < 0 || first > tensor->rows || count > tensor->rows - first)
      importer::refuse(file->path(), place,
                       importer::counted(count, "row") + " from row " + std::to_string(first) +
                           " are asked for, it has " + std::to_string(tensor->rows));
    const bool permuted = interleaved && (name.ends_with(".attn_q.weight") || name.ends_with(".attn_k.weight"));
    for (int64_t row = first; row < first + count; ++row, out += tensor->columns)
      readRow(*tensor, permuted ? interleavedRow(row, headSize) : row, out);
  }

private:
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
  bool interleaved; // llama.cpp rotates neighbouring elements of Llama models, and of them only
  std::vector<importer::TensorInfo> infos;
};

} // namespace

std::shared_ptr<importer::TensorSource> makeLlamaTensorSource(std::shared_ptr<const GgufFile> file,
                                                              const importer::Architecture &sizes) {
  return std::make_shared<LlamaTensorSource>(std::move(file), sizes);
}

} // namespace weebill::gguf
