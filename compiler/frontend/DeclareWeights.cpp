//===- DeclareWeights.cpp - A model's tensors as symbols ------------------===//

#include "compiler/frontend/DeclareWeights.h"

#include "compiler/import/families/Families.h"
#include "dialects/lm/LmOps.h"

using namespace mlir;
namespace weebill::frontend {

Location placeIn(OpBuilder &builder, const std::string &name) { return NameLoc::get(builder.getStringAttr(name)); }

bool hasHeadRotation(const importer::Architecture &sizes) { return sizes.rotated && sizes.tiedEmbeddings; }

/// What ops call a weight.
static StringRef symbolOf(families::Role role) {
  using families::Role;
  switch (role) {
  case Role::Embedding:
    return "embedding";
  case Role::AttentionNorm:
    return "attention_norm";
  case Role::Query:
    return "q";
  case Role::Key:
    return "k";
  case Role::Value:
    return "v";
  case Role::QueryBias:
    return "q_bias";
  case Role::KeyBias:
    return "k_bias";
  case Role::ValueBias:
    return "v_bias";
  case Role::QueryNorm:
    return "q_norm";
  case Role::KeyNorm:
    return "k_norm";
  case Role::AttentionOut:
    return "attention_out";
  case Role::AttentionOutBias:
    return "attention_out_bias";
  case Role::AttentionOutNorm:
    return "attention_out_norm";
  case Role::ConvolutionIn:
    return "conv_in";
  case Role::ConvolutionTaps:
    return "conv_taps";
  case Role::ConvolutionOut:
    return "conv_out";
  case Role::FeedForwardNorm:
    return "ffn_norm";
  case Role::Gate:
    return "gate";
  case Role::GateBias:
    return "gate_bias";
  case Role::Up:
    return "up";
  case Role::UpBias:
    return "up_bias";
  case Role::Down:
    return "down";
  case Role::DownBias:
    return "down_bias";
  case Role::FeedForwardOutNorm:
    return "ffn_out_norm";
  case Role::OutputNorm:
    return "output_norm";
  case Role::HeadRotation:
    return "head_rotation";
  case Role::Head:
    return "head";
  case Role::HeadBias:
    return "head_bias";
  }
  llvm_unreachable("all roles are covered");
}

static void declare(OpBuilder &builder, const importer::Architecture &sizes, const families::FamilyTensor &tensor) {
  // Every block has the last norm where one of them uses it: a vector's copies are nothing beside a block.
  const bool perBlock = tensor.perBlock || (sizes.repetitionNorm && tensor.role == families::Role::OutputNorm);
  SmallVector<Attribute> sources;
  for (int64_t block = 0; block < (perBlock ? sizes.layers : 1); ++block)
    sources.push_back(builder.getStringAttr(tensor.isIn(sizes, block) ? tensor.name(block) : ""));
  SmallVector<int64_t> shape{tensor.rows, tensor.columns};
  if (tensor.isVector)
    shape.erase(shape.begin());
  lm::WeightOp::create(builder, placeIn(builder, tensor.perBlock ? "blk.*." + tensor.part : tensor.part),
                       symbolOf(tensor.role), RankedTensorType::get(shape, builder.getF32Type()), lm::Storage::F32,
                       perBlock, builder.getArrayAttr(sources), /*block_storages=*/ArrayAttr());
}

void declareWeights(OpBuilder &builder, const importer::Architecture &sizes) {
  std::vector<families::FamilyTensor> tensors = families::tensorsOf(sizes);
  const auto embedding = llvm::find_if(tensors, [](auto &tensor) { return tensor.role == families::Role::Embedding; });
  for (families::FamilyTensor tensor : tensors) {
    if (tensor.role == families::Role::Head && hasHeadRotation(sizes))
      declare(builder, sizes,
              {families::Role::HeadRotation, /*perBlock=*/false, "head_rotation.weight", "", sizes.model, sizes.model});
    // A tied head is declared all the same, from the embedding's tensor: lm-merge-weights makes them one.
    if (tensor.role == families::Role::Head && sizes.tiedEmbeddings)
      tensor.part = embedding->part;
    declare(builder, sizes, tensor);
  }
}

} // namespace weebill::frontend
