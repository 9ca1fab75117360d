//===- FamilyTensor.cpp - Tensors of Llama's blocks -----------------------===//
//
// Tested by tests/unit/compiler/import/FamiliesTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/families/FamilyTensor.h"

#include <stdexcept>

namespace weebill::families {

Content contentOf(Role role) {
  switch (role) {
  case Role::AttentionNorm:
  case Role::QueryNorm:
  case Role::KeyNorm:
  case Role::AttentionOutNorm:
  case Role::FeedForwardNorm:
  case Role::FeedForwardOutNorm:
  case Role::OutputNorm:
    return Content::Gain;
  case Role::QueryBias:
  case Role::KeyBias:
  case Role::ValueBias:
  case Role::AttentionOutBias:
  case Role::GateBias:
  case Role::UpBias:
  case Role::DownBias:
  case Role::HeadBias:
    return Content::Bias;
  case Role::ConvolutionTaps:
    return Content::Taps;
  case Role::ConvolutionIn:
  case Role::ConvolutionOut:
  case Role::Embedding:
  case Role::Query:
  case Role::Key:
  case Role::Value:
  case Role::AttentionOut:
  case Role::Gate:
  case Role::Up:
  case Role::Down:
  case Role::HeadRotation:
  case Role::Head:
    return Content::Matrix;
  }
  throw std::logic_error("a role without content");
}

bool FamilyTensor::isIn(const importer::Architecture &sizes, int64_t block) const {
  const bool convolves = !sizes.convolutions.empty() && sizes.convolutions.at(size_t(block)) != 0;
  return inBlocks == InBlocks::All || convolves == (inBlocks == InBlocks::Convolving);
}

static std::string nameInBlock(const std::string &part, bool perBlock, int64_t block) {
  return perBlock ? "blk." + std::to_string(block) + "." + part : part;
}

std::string FamilyTensor::name(int64_t block) const { return nameInBlock(part, perBlock, block); }

std::string FamilyTensor::otherName(int64_t block) const {
  return otherPart.empty() ? "" : nameInBlock(otherPart, perBlock, block);
}

std::string FamilyTensor::checkpointName(int64_t block) const {
  return perBlock ? "model.layers." + std::to_string(block) + "." + checkpointPart : checkpointPart;
}

std::vector<FamilyTensor> llamaTensors(const importer::Architecture &sizes, const std::string &feedForward) {
  const int64_t model = sizes.model, hidden = sizes.hidden;
  const int64_t queryRows = sizes.heads * sizes.headSize, keyRows = sizes.keyValueHeads * sizes.headSize;
  std::vector<FamilyTensor> tensors;
  InBlocks in = InBlocks::All;
  const auto matrix = [&](Role role, const char *part, const std::string &checkpoint, int64_t rows, int64_t columns) {
    tensors.push_back({role, /*perBlock=*/true, part, checkpoint, rows, columns});
    tensors.back().inBlocks = in;
  };
  const auto vector = [&](Role role, const char *part, const std::string &checkpoint, int64_t columns) {
    tensors.push_back({role, /*perBlock=*/true, part, checkpoint, 1, columns, /*isVector=*/true});
    tensors.back().inBlocks = in;
  };
  tensors.push_back(
      {Role::Embedding, /*perBlock=*/false, "token_embd.weight", "model.embed_tokens.weight", sizes.vocabulary, model});
  const bool before = sizes.blockNorms != importer::BlockNorms::After;
  const bool after = sizes.blockNorms != importer::BlockNorms::Before;
  if (before)
    vector(Role::AttentionNorm, "attn_norm.weight", "input_layernorm.weight", model);
  in = InBlocks::Attending;
  matrix(Role::Query, "attn_q.weight", "self_attn.q_proj.weight", queryRows, model);
  matrix(Role::Key, "attn_k.weight", "self_attn.k_proj.weight", keyRows, model);
  matrix(Role::Value, "attn_v.weight", "self_attn.v_proj.weight", keyRows, model);
  if (sizes.projectionBias) {
    vector(Role::QueryBias, "attn_q.bias", "self_attn.q_proj.bias", queryRows);
    vector(Role::KeyBias, "attn_k.bias", "self_attn.k_proj.bias", keyRows);
    vector(Role::ValueBias, "attn_v.bias", "self_attn.v_proj.bias", keyRows);
  }
  if (sizes.headNorms == importer::HeadNorms::BeforeRope) {
    vector(Role::QueryNorm, "attn_q_norm.weight", "self_attn.q_norm.weight", sizes.headSize);
    vector(Role::KeyNorm, "attn_k_norm.weight", "self_attn.k_norm.weight", sizes.headSize);
  }
  if (sizes.headNorms == importer::HeadNorms::AllHeads) {
    vector(Role::QueryNorm, "attn_q_norm.weight", "self_attn.q_norm.weight", queryRows);
    vector(Role::KeyNorm, "attn_k_norm.weight", "self_attn.k_norm.weight", keyRows);
  }
  matrix(Role::AttentionOut, "attn_output.weight", "self_attn.o_proj.weight", model, queryRows);
  if (sizes.attentionOutBias)
    vector(Role::AttentionOutBias, "attn_output.bias", "self_attn.o_proj.bias", model);
  if (!sizes.convolutions.empty()) {
    in = InBlocks::Convolving;
    matrix(Role::ConvolutionIn, "shortconv.in_proj.weight", "conv.in_proj.weight", 3 * model, model);
    vector(Role::ConvolutionTaps, "shortconv.conv.weight", "conv.conv.weight", sizes.convolutionWidth * model);
    tensors.back().fileColumns = sizes.convolutionWidth;
    matrix(Role::ConvolutionOut, "shortconv.out_proj.weight", "conv.out_proj.weight", model, model);
  }
  in = InBlocks::All;
  // Checkpoints call the norm behind attention what Llama's call the one before the feed-forward half.
  if (after)
    vector(Role::AttentionOutNorm, "post_attention_norm.weight", "post_attention_layernorm.weight", model);
  if (before)
    vector(Role::FeedForwardNorm, "ffn_norm.weight",
           after ? "pre_feedforward_layernorm.weight" : "post_attention_layernorm.weight", model);
  matrix(Role::Gate, "ffn_gate.weight", feedForward + ".gate_proj.weight", hidden, model);
  matrix(Role::Up, "ffn_up.weight", feedForward + ".up_proj.weight", hidden, model);
  matrix(Role::Down, "ffn_down.weight", feedForward + ".down_proj.weight", model, hidden);
  if (sizes.feedForwardBias) {
    vector(Role::GateBias, "ffn_gate.bias", feedForward + ".gate_proj.bias", hidden);
    vector(Role::UpBias, "ffn_up.bias", feedForward + ".up_proj.bias", hidden);
    vector(Role::DownBias, "ffn_down.bias", feedForward + ".down_proj.bias", model);
  }
  if (after)
    vector(Role::FeedForwardOutNorm, "post_ffw_norm.weight", "post_feedforward_layernorm.weight", model);
  tensors.push_back({Role::OutputNorm, /*perBlock=*/false, "output_norm.weight", "model.norm.weight", 1, model,
                     /*isVector=*/true});
  tensors.push_back({Role::Head, /*perBlock=*/false, "output.weight", "lm_head.weight", sizes.vocabulary, model,
                     /*isVector=*/false, /*optional=*/true});
  if (sizes.headBias)
    tensors.push_back({Role::HeadBias, /*perBlock=*/false, kHeadBias, kCheckpointHeadBias, 1, sizes.vocabulary,
                       /*isVector=*/true});
  return tensors;
}

std::vector<FamilyTensor> plainTensors(const importer::Architecture &sizes) { return llamaTensors(sizes, "mlp"); }

} // namespace weebill::families
