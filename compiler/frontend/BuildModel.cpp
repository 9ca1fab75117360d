//===- BuildModel.cpp - An imported model as lm IR ------------------------===//
//
// One block of a Llama model, top to bottom:
//
//     x + attention_out(attention(rope(q(n)), rope(k(n)), v(n)))      n = attention_norm(x)
//     y + down(silu(gate(m)) * up(m))                                 m = ffn_norm(y)
//
// Qwen2 adds biases to q, k and v; Qwen3 norms their heads before rope, MobileLLM-R1 after it.
//
// Every projection is an op of its own: fusing is for passes. Tested by
// tests/unit/compiler/frontend/BuildModelTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/BuildModel.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/families/Families.h"
#include "dialects/lm/LmOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Verifier.h"

#include <cmath>
#include <filesystem>

using namespace mlir;
namespace weebill::frontend {

namespace {

class ModelBuilder {
public:
  ModelBuilder(MLIRContext &context, const importer::ImportedModel &model)
      : model(model), sizes(model.architecture), builder(&context) {}

  OwningOpRef<ModuleOp> build();

private:
  void declareWeights();
  void declare(const families::FamilyTensor &tensor);

  void buildForward();
  Value buildBlocks(Value x);
  Value buildAttention(Value x);
  Value buildFeedForward(Value x);

  Value norm(StringRef gain, Value x, const std::string &place);
  Value linear(StringRef weight, Value x, int64_t rows, const std::string &place);
  Value bias(StringRef weight, Value x, const std::string &place);
  DenseF32ArrayAttr ofBlocks(ArrayRef<float> numbers);
  Value rope(Value x, int64_t heads, float scale, ArrayRef<float> scales, const std::string &place);
  Value headNorm(StringRef gain, Value x, int64_t heads, float scale, ArrayRef<float> scales, const std::string &place);
  Value withPositions(Value x, const std::string &name, int64_t heads, float scale, ArrayRef<float> scales);

  /// A place in the model file; `*` stands for every block.
  Location at(const std::string &name) { return NameLoc::get(builder.getStringAttr(name)); }
  RankedTensorType rows(int64_t columns) {
    return RankedTensorType::get({ShapedType::kDynamic, columns}, builder.getF32Type());
  }

  /// The last norm's gain cannot be folded into a head that is the embedding as well (compiler/import/rotate).
  bool hasHeadRotation() const { return sizes.rotated && sizes.tiedEmbeddings; }

  const importer::ImportedModel &model;
  const importer::Architecture &sizes;
  OpBuilder builder;
};

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

/// What the ops below call a weight.
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
  case Role::FeedForwardNorm:
    return "ffn_norm";
  case Role::Gate:
    return "gate";
  case Role::Up:
    return "up";
  case Role::Down:
    return "down";
  case Role::OutputNorm:
    return "output_norm";
  case Role::HeadRotation:
    return "head_rotation";
  case Role::Head:
    return "head";
  }
  llvm_unreachable("all roles are covered");
}

void ModelBuilder::declare(const families::FamilyTensor &tensor) {
  SmallVector<Attribute> sources;
  for (int64_t block = 0; block < (tensor.perBlock ? sizes.layers : 1); ++block)
    sources.push_back(builder.getStringAttr(tensor.name(block)));
  SmallVector<int64_t> shape{tensor.rows, tensor.columns};
  if (tensor.isVector)
    shape.erase(shape.begin());
  lm::WeightOp::create(builder, at(tensor.perBlock ? "blk.*." + tensor.part : tensor.part), symbolOf(tensor.role),
                       RankedTensorType::get(shape, builder.getF32Type()), lm::Storage::F32, tensor.perBlock,
                       builder.getArrayAttr(sources), /*block_storages=*/ArrayAttr());
}

void ModelBuilder::declareWeights() {
  std::vector<families::FamilyTensor> tensors = families::tensorsOf(sizes);
  const auto embedding = llvm::find_if(tensors, [](auto &tensor) { return tensor.role == families::Role::Embedding; });
  for (families::FamilyTensor tensor : tensors) {
    if (tensor.role == families::Role::Head && hasHeadRotation())
      declare({families::Role::HeadRotation, /*perBlock=*/false, "head_rotation.weight", "", sizes.model, sizes.model});
    // A tied head is declared all the same, from the embedding's tensor: lm-merge-weights makes them one.
    if (tensor.role == families::Role::Head && sizes.tiedEmbeddings)
      tensor.part = embedding->part;
    declare(tensor);
  }
}

//===----------------------------------------------------------------------===//
// Forward pass
//===----------------------------------------------------------------------===//

Value ModelBuilder::norm(StringRef gain, Value x, const std::string &place) {
  return lm::RmsNormOp::create(builder, at(place), x, gain, APFloat(sizes.normEpsilon));
}

Value ModelBuilder::linear(StringRef weight, Value x, int64_t outputColumns, const std::string &place) {
  return lm::LinearOp::create(builder, at(place), rows(outputColumns), x, weight);
}

Value ModelBuilder::bias(StringRef weight, Value x, const std::string &place) {
  return lm::AddBiasOp::create(builder, at(place), x, weight);
}

DenseF32ArrayAttr ModelBuilder::ofBlocks(ArrayRef<float> numbers) {
  return numbers.empty() ? DenseF32ArrayAttr() : builder.getDenseF32ArrayAttr(numbers);
}

Value ModelBuilder::rope(Value x, int64_t heads, float scale, ArrayRef<float> scales, const std::string &place) {
  const importer::RopeScaling &scaling = sizes.ropeScaling;
  APFloat factor(scaling.factor), low(1.0), high(1.0);
  int64_t context = 0;
  if (scaling.factor != 1) {
    low = APFloat(scaling.lowFrequencyFactor);
    high = APFloat(scaling.highFrequencyFactor);
    context = scaling.originalContext;
  }
  auto thetas = sizes.ropeThetas.empty() ? DenseF64ArrayAttr() : builder.getDenseF64ArrayAttr(sizes.ropeThetas);
  return lm::RopeOp::create(builder, at(place), x, heads, APFloat(sizes.ropeTheta), factor, low, high, context,
                            APFloat(scale), thetas, ofBlocks(scales));
}

Value ModelBuilder::headNorm(StringRef gain, Value x, int64_t heads, float scale, ArrayRef<float> scales,
                             const std::string &place) {
  auto symbol = gain.empty() ? FlatSymbolRefAttr() : FlatSymbolRefAttr::get(builder.getContext(), gain);
  return lm::HeadNormOp::create(builder, at(place), x, symbol, heads, APFloat(sizes.normEpsilon), APFloat(scale),
                                ofBlocks(scales));
}

/// Queries ("q") or keys ("k") with their positions in them; the last step multiplies by `scale`, or the block's own of
/// `scales`.
Value ModelBuilder::withPositions(Value x, const std::string &name, int64_t heads, float scale,
                                  ArrayRef<float> scales) {
  const std::string norm = "blk.*.attn_" + name + "_norm", turn = "blk.*.rope_" + name;
  switch (sizes.headNorms) {
  case importer::HeadNorms::None:
    return rope(x, heads, scale, scales, turn);
  case importer::HeadNorms::BeforeRope:
    return rope(headNorm(name + "_norm", x, heads, 1, {}, norm + ".weight"), heads, scale, scales, turn);
  case importer::HeadNorms::AfterRope:
    return headNorm("", rope(x, heads, 1, {}, turn), heads, scale, scales, norm);
  }
  llvm_unreachable("all places of head norms are covered");
}

Value ModelBuilder::buildAttention(Value x) {
  int64_t queryRows = sizes.heads * sizes.headSize, keyRows = sizes.keyValueHeads * sizes.headSize;
  Value n = norm("attention_norm", x, "blk.*.attn_norm.weight");
  Value q = linear("q", n, queryRows, "blk.*.attn_q.weight");
  Value k = linear("k", n, keyRows, "blk.*.attn_k.weight");
  Value v = linear("v", n, keyRows, "blk.*.attn_v.weight");

  if (sizes.projectionBias) {
    q = bias("q_bias", q, "blk.*.attn_q.bias");
    k = bias("k_bias", k, "blk.*.attn_k.bias");
    v = bias("v_bias", v, "blk.*.attn_v.bias");
  }
  const float scale = sizes.attentionScale != 0 ? sizes.attentionScale : float(1 / std::sqrt(double(sizes.headSize)));
  q = withPositions(q, "q", sizes.heads, scale, sizes.attentionScales);
  k = withPositions(k, "k", sizes.keyValueHeads, 1, {});

  auto windows = sizes.windows.empty() ? DenseI64ArrayAttr() : builder.getDenseI64ArrayAttr(sizes.windows);
  Value mixed = lm::AttentionOp::create(builder, at("blk.*.attention"), q.getType(), q, k, v, sizes.heads,
                                        sizes.keyValueHeads, windows);
  Value out = linear("attention_out", mixed, sizes.model, "blk.*.attn_output.weight");
  if (sizes.attentionOutBias)
    out = bias("attention_out_bias", out, "blk.*.attn_output.bias");
  return lm::AddOp::create(builder, at("blk.*.attention_residual"), x, out);
}

Value ModelBuilder::buildFeedForward(Value x) {
  Value n = norm("ffn_norm", x, "blk.*.ffn_norm.weight");
  Value gate = linear("gate", n, sizes.hidden, "blk.*.ffn_gate.weight");
  Value activated = lm::SiluOp::create(builder, at("blk.*.ffn_silu"), gate);
  Value up = linear("up", n, sizes.hidden, "blk.*.ffn_up.weight");
  Value product = lm::MulOp::create(builder, at("blk.*.ffn_mul"), activated, up);
  Value down = linear("down", product, sizes.model, "blk.*.ffn_down.weight");
  return lm::AddOp::create(builder, at("blk.*.ffn_residual"), x, down);
}

Value ModelBuilder::buildBlocks(Value x) {
  auto schedule =
      sizes.schedule.empty() ? llvm::to_vector(llvm::seq<int64_t>(0, sizes.layers)) : llvm::to_vector(sizes.schedule);
  auto repeat = lm::RepeatOp::create(builder, at("blk.*"), x.getType(), schedule, x);
  OpBuilder::InsertionGuard guard(builder);
  Block *body = builder.createBlock(&repeat.getBody(), {}, {x.getType()}, {repeat.getLoc()});
  Value y = buildFeedForward(buildAttention(body->getArgument(0)));
  lm::YieldOp::create(builder, repeat.getLoc(), y);
  return repeat.getOutput();
}

void ModelBuilder::buildForward() {
  auto tokens = RankedTensorType::get({ShapedType::kDynamic}, builder.getI32Type());
  auto type = builder.getFunctionType({tokens}, {rows(sizes.vocabulary)});
  auto forward = func::FuncOp::create(builder, at("forward"), "forward", type);
  builder.setInsertionPointToStart(forward.addEntryBlock());

  Value x =
      lm::EmbedOp::create(builder, at("token_embd.weight"), rows(sizes.model), forward.getArgument(0), "embedding");
  x = norm("output_norm", buildBlocks(x), "output_norm.weight");
  if (hasHeadRotation()) { // a 576 x 576 product among 135 million: it stays float, its error would meet every logit
    x = linear("head_rotation", x, sizes.model, "head_rotation.weight");
    lm::LmDialect::KeepFloatAttrHelper(builder.getContext()).setAttr(x.getDefiningOp(), builder.getUnitAttr());
  }
  Value logits = linear("head", x, sizes.vocabulary, "output.weight");
  func::ReturnOp::create(builder, at("forward"), logits);
}

OwningOpRef<ModuleOp> ModelBuilder::build() {
  std::string file =
      importer::singleLine(std::filesystem::path(model.path).filename().string()); // it will stand in comments
  OwningOpRef<ModuleOp> module = ModuleOp::create(builder, at(file));
  lm::LmDialect::NameAttrHelper(builder.getContext()).setAttr(*module, builder.getStringAttr(model.name));
  if (model.randomSeed)
    file += " (random weights, seed " + std::to_string(*model.randomSeed) + ")";
  lm::LmDialect::SourceAttrHelper(builder.getContext()).setAttr(*module, builder.getStringAttr(file));
  builder.setInsertionPointToStart(module->getBody());
  declareWeights();
  buildForward();
  return module;
}

} // namespace

void loadModelDialects(MLIRContext &context) { context.loadDialect<func::FuncDialect, lm::LmDialect>(); }

OwningOpRef<ModuleOp> buildModel(MLIRContext &context, const importer::ImportedModel &model) {
  loadModelDialects(context);
  OwningOpRef<ModuleOp> module = ModelBuilder(context, model).build();
  // Sizes that fit together make a module that verifies; anything else is a file that the importer should have refused.
  if (failed(verify(*module)))
    throw importer::InputError(model.path + ": the sizes of the architecture do not fit together");
  return module;
}

} // namespace weebill::frontend
