//===- CheckpointTensors.cpp - A checkpoint under canonical names ---------===//
//
// Tested by tests/unit/compiler/import/ImportHuggingFaceTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/CheckpointTensors.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/gguf/LlamaTensors.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_map>

namespace weebill::huggingface {

namespace {

constexpr char kEmbedding[] = "model.embed_tokens.weight", kHead[] = "lm_head.weight";

/// "blk.7.attn_q.weight" in a checkpoint's words.
std::string checkpointName(const std::string &canonical, const CheckpointForm &form) {
  static const std::unordered_map<std::string_view, const char *> names = {
      {"token_embd.weight", kEmbedding},
      {"output_norm.weight", "model.norm.weight"},
      {"output.weight", kHead},
      {"attn_norm.weight", "input_layernorm.weight"},
      {"attn_q.weight", "self_attn.q_proj.weight"},
      {"attn_k.weight", "self_attn.k_proj.weight"},
      {"attn_v.weight", "self_attn.v_proj.weight"},
      {"attn_q.bias", "self_attn.q_proj.bias"},
      {"attn_k.bias", "self_attn.k_proj.bias"},
      {"attn_v.bias", "self_attn.v_proj.bias"},
      {"attn_q_norm.weight", "self_attn.q_norm.weight"},
      {"attn_k_norm.weight", "self_attn.k_norm.weight"},
      {"attn_output.weight", "self_attn.o_proj.weight"},
      {"attn_output.bias", "self_attn.o_proj.bias"},
      {"ffn_norm.weight", "post_attention_layernorm.weight"},
      {"ffn_gate.weight", ".gate_proj.weight"},
      {"ffn_up.weight", ".up_proj.weight"},
      {"ffn_down.weight", ".down_proj.weight"},
  };
  if (!canonical.starts_with("blk."))
    return names.at(canonical);
  const size_t part = canonical.find('.', 4) + 1;
  const std::string name = names.at(std::string_view(canonical).substr(part));
  return "model.layers." + canonical.substr(4, part - 4) + (name.starts_with('.') ? form.feedForward : "") + name;
}

/// RoPE's frequencies, which old checkpoints store beside what they are computed from.
bool isStoredFrequencies(const std::string &name) { return name.ends_with(".rotary_emb.inv_freq"); }

class CheckpointTensorSource : public importer::TensorSource {
public:
  CheckpointTensorSource(std::shared_ptr<const Checkpoint> files, const importer::Architecture &sizes,
                         const CheckpointForm &form)
      : checkpoint(std::move(files)), form(form), headSize(sizes.headSize) {
    add(gguf::llamaOuterTensors(sizes), sizes);
    // Layer by layer, so that an absurd layer count ends at the first missing tensor.
    for (int64_t layer = 0; layer < sizes.layers; ++layer)
      add(gguf::llamaLayerTensors(sizes, layer), sizes);
    for (const auto &[name, tensor] : checkpoint->tensors())
      if (!used.contains(name) && !isStoredFrequencies(name))
        importer::refuse(tensor->file, "tensor " + weebill::importer::quoted(name),
                         "is not part of a model of family " + weebill::importer::quoted(sizes.family) +
                             " as it is supported here");
  }

  const std::vector<importer::TensorInfo> &tensors() const override { return infos; }

  void readRows(const std::string &name, int64_t first, int64_t count, float *out) const override {
    const auto found = byName.find(name);
    if (found == byName.end())
      importer::refuse(checkpoint->folder(), "tensor " + weebill::importer::quoted(name), "is missing");
    const SafetensorsTensor &tensor = *found->second;
    const std::string place = "tensor " + weebill::importer::quoted(tensor.name);
    const int64_t columns = tensor.shape.back(), rows = tensor.shape.size() == 2 ? tensor.shape.front() : 1;
    if (first < 0 || count < 0 || first > rows || count > rows - first)
      importer::refuse(tensor.file, place,
                       importer::counted(count, "row") + " from row " + std::to_string(first) +
                           " are asked for, it has " + std::to_string(rows));
    const bool permuted = form.interleaved && (name.ends_with(".attn_q.weight") || name.ends_with(".attn_k.weight"));
    for (int64_t row = first; row < first + count; ++row, out += columns)
      readRow(tensor, permuted ? gguf::interleavedRow(row, headSize) : row, columns, out);
  }

private:
  void readRow(const SafetensorsTensor &tensor, int64_t row, int64_t columns, float *out) const {
    const char *element = tensor.bytes.data() + row * columns * tensor.type->blockBytes;
    for (int64_t column = 0; column < columns; ++column, element += tensor.type->blockBytes) {
      tensor.type->dequantizeBlock(element, out + column);
      if (!std::isfinite(out[column]))
        importer::refuse(tensor.file, "tensor " + weebill::importer::quoted(tensor.name),
                         "row " + std::to_string(row) + ", column " + std::to_string(column) + " is " +
                             (std::isnan(out[column]) ? "NaN" : "infinite"));
    }
  }

  void add(const std::vector<gguf::LlamaTensor> &wanted, const importer::Architecture &sizes) {
    for (const gguf::LlamaTensor &tensor : wanted) {
      const std::string name = checkpointName(tensor.name, form);
      const SafetensorsTensor *found = checkpoint->find(name);
      const bool tiedHead = name == kHead && sizes.tiedEmbeddings;
      if (!found && tiedHead)
        continue;
      if (!found)
        importer::refuse(checkpoint->folder(), "tensor " + weebill::importer::quoted(name),
                         name == kHead ? "is missing, and the configuration does not say that the embedding is the head"
                                       : "is missing");
      std::vector<int64_t> shape = {tensor.rows, tensor.columns};
      if (tensor.isVector)
        shape.erase(shape.begin());
      if (found->shape != shape)
        importer::refuse(found->file, "tensor " + weebill::importer::quoted(name),
                         "is " + shapeText(found->shape) + ", but the configuration says " + shapeText(shape));
      used.insert(name);
      if (tiedHead) {
        refuseOtherHead(*found);
        continue;
      }
      byName.emplace(tensor.name, found);
      infos.push_back({tensor.name, found->type->name, tensor.rows, tensor.columns});
    }
  }

  /// A tied head may be stored a second time; if it is another matrix, the file and its configuration disagree.
  void refuseOtherHead(const SafetensorsTensor &head) const {
    const SafetensorsTensor *embedding = checkpoint->find(kEmbedding);
    if (head.type != embedding->type || head.bytes != embedding->bytes)
      importer::refuse(head.file, "tensor " + weebill::importer::quoted(kHead),
                       "differs from " + weebill::importer::quoted(kEmbedding) +
                           ", but the configuration says that both are one");
  }

  std::shared_ptr<const Checkpoint> checkpoint;
  const CheckpointForm form;
  const int64_t headSize;
  std::unordered_map<std::string, const SafetensorsTensor *> byName; // canonical
  std::set<std::string> used;                                        // names of the checkpoint
  std::vector<importer::TensorInfo> infos;
};

} // namespace

std::shared_ptr<importer::TensorSource> makeCheckpointTensorSource(std::shared_ptr<const Checkpoint> checkpoint,
                                                                   const importer::Architecture &sizes,
                                                                   const CheckpointForm &form) {
  return std::make_shared<CheckpointTensorSource>(std::move(checkpoint), sizes, form);
}

} // namespace weebill::huggingface
