//===- FamilyTensor.h - A tensor that models of a family have -----*- C++ -*-===//
//
// Its role, its names in both formats and its shape. Tested by tests/unit/compiler/import/FamiliesTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_FAMILIES_FAMILYTENSOR_H
#define WEEBILL_COMPILER_IMPORT_FAMILIES_FAMILYTENSOR_H

#include "compiler/import/ImportedModel.h"

namespace weebill::families {

/// No configuration and no key says that a head has a bias: a file has the tensor, or it has not.
inline constexpr const char *kHeadBias = "output.bias", *kCheckpointHeadBias = "lm_head.bias";

/// Which stored blocks have a tensor.
enum class InBlocks { All, Attending, Convolving };

struct FamilyTensor {
  Role role;
  bool perBlock = false;      // one for each stored block
  std::string part;           // its name in GGUF and in the rest of the compiler, without the block: "attn_q.weight"
  std::string checkpointPart; // its name on Hugging Face, without the layer: "self_attn.q_proj.weight"
  int64_t rows = 1, columns = 0;
  bool isVector = false;
  bool optional = false; // it may be another tensor of the model: a head that is the embedding
  /// In a checkpoint they are rows of a tensor with so many, from that one on; 0: a tensor of their own.
  int64_t checkpointRows = 0, firstCheckpointRow = 0;
  InBlocks inBlocks = InBlocks::All;
  /// Files have the vector as a matrix with so many columns, which follow each other here; 0: as it is.
  int64_t fileColumns = 0;
  std::string otherPart = {}; // another name that GGUF files may have for it; empty: there is none

  /// Whether a stored block has it.
  bool isIn(const importer::Architecture &sizes, int64_t block) const;

  /// "blk.7.attn_q.weight"; of the whole model if there is one only.
  std::string name(int64_t block) const;
  /// What else GGUF files may call it; empty: nothing.
  std::string otherName(int64_t block) const;
  /// "model.layers.7.self_attn.q_proj.weight".
  std::string checkpointName(int64_t block) const;
};

/// The tensors of Llama, those that `sizes` ask for among them, in the order in which a token meets them.
/// `feedForward` is what checkpoints call the feed-forward half.
std::vector<FamilyTensor> llamaTensors(const importer::Architecture &sizes, const std::string &feedForward);

/// What most families have: llamaTensors with "mlp".
std::vector<FamilyTensor> plainTensors(const importer::Architecture &sizes);

} // namespace weebill::families

#endif // WEEBILL_COMPILER_IMPORT_FAMILIES_FAMILYTENSOR_H
