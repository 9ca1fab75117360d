//===- BuildModel.cpp - An imported model as lm IR ------------------------===//
//
// One block of a Llama model, top to bottom:
//
//     x + attention_out(attention(rope(q(n)), rope(k(n)), v(n)))      n = attention_norm(x)
//     y + down(silu(gate(m)) * up(m))                                 m = ffn_norm(y)
//
// Qwen2 adds biases to q, k and v; any projection may have one. Qwen3 norms heads before rope, MobileLLM-R1 after it,
// OLMo 2 all heads as one row. Gemma 3 norms what both halves add to the residual stream as well, OLMo 2 this only;
// Granite multiplies it by a number. Ouro norms the residual stream behind the last block, whenever it is visited. LFM2
// has blocks that convolve in the place of attending.
//
// Every projection is an op of its own: fusing is for passes. Tested by
// tests/unit/compiler/frontend/BuildModelTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/BuildModel.h"

#include "compiler/frontend/DeclareWeights.h"
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
  void buildForward();
  Value buildBlocks(Value x);
  Value buildMixing(Value x);
  Value buildAttention(Value x);
  Value buildConvolution(Value x);
  Value activation(Value gate);
  Value buildFeedForward(Value x);
  Value normRepetition(Value x);

  Value norm(StringRef gain, Value x, const std::string &place);
  Value normBefore(StringRef gain, Value x, const std::string &place);
  Value scaled(Value x, float factor, const std::string &place);
  Value addToStream(Value x, Value added, StringRef gain, const std::string &gainPlace, const std::string &place);
  Value linear(StringRef weight, Value x, int64_t rows, const std::string &place);
  Value bias(StringRef weight, Value x, const std::string &place);
  DenseF32ArrayAttr ofBlocks(ArrayRef<float> numbers);
  Value rope(Value x, int64_t heads, float scale, ArrayRef<float> scales, const std::string &place);
  Value headNorm(StringRef gain, Value x, int64_t heads, float scale, ArrayRef<float> scales, const std::string &place);
  Value withPositions(Value x, const std::string &name, int64_t heads, float scale, ArrayRef<float> scales);

  float headNormEpsilon() const { return sizes.headNormEpsilon ? sizes.headNormEpsilon : sizes.normEpsilon; }

  /// A place in the model file; `*` stands for every block.
  Location at(const std::string &name) { return placeIn(builder, name); }
  RankedTensorType rows(int64_t columns) {
    return RankedTensorType::get({ShapedType::kDynamic, columns}, builder.getF32Type());
  }

  const importer::ImportedModel &model;
  const importer::Architecture &sizes;
  OpBuilder builder;
};

//===----------------------------------------------------------------------===//
// Forward pass
//===----------------------------------------------------------------------===//

Value ModelBuilder::norm(StringRef gain, Value x, const std::string &place) {
  return lm::RmsNormOp::create(builder, at(place), x, gain, APFloat(sizes.normEpsilon));
}

/// What attention or the feed-forward half reads of the residual stream.
Value ModelBuilder::normBefore(StringRef gain, Value x, const std::string &place) {
  return sizes.blockNorms == importer::BlockNorms::After ? x : norm(gain, x, place);
}

Value ModelBuilder::scaled(Value x, float factor, const std::string &place) {
  return factor == 1 ? x : lm::ScaleOp::create(builder, at(place), x, APFloat(factor), /*block_scales=*/nullptr);
}

/// The residual stream and what attention or the feed-forward half adds to it.
Value ModelBuilder::addToStream(Value x, Value added, StringRef gain, const std::string &gainPlace,
                                const std::string &place) {
  if (sizes.blockNorms != importer::BlockNorms::Before)
    added = norm(gain, added, gainPlace);
  added = scaled(added, sizes.residualScale, place + "_scale");
  return lm::AddOp::create(builder, at(place), x, added);
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
  auto factors = sizes.ropeFactors.empty() ? DenseF64ArrayAttr() : builder.getDenseF64ArrayAttr(sizes.ropeFactors);
  return lm::RopeOp::create(builder, at(place), x, heads, APFloat(sizes.ropeTheta), factor, low, high, context,
                            APFloat(scale), thetas, ofBlocks(scales), factors);
}

Value ModelBuilder::headNorm(StringRef gain, Value x, int64_t heads, float scale, ArrayRef<float> scales,
                             const std::string &place) {
  auto symbol = gain.empty() ? FlatSymbolRefAttr() : FlatSymbolRefAttr::get(builder.getContext(), gain);
  return lm::HeadNormOp::create(builder, at(place), x, symbol, heads, APFloat(headNormEpsilon()), APFloat(scale),
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
  case importer::HeadNorms::AllHeads:
    x = lm::RmsNormOp::create(builder, at(norm + ".weight"), x, name + "_norm", APFloat(headNormEpsilon()));
    return rope(x, heads, scale, scales, turn);
  case importer::HeadNorms::AfterRope:
    return headNorm("", rope(x, heads, 1, {}, turn), heads, scale, scales, norm);
  }
  llvm_unreachable("all places of head norms are covered");
}

Value ModelBuilder::buildAttention(Value x) {
  int64_t queryRows = sizes.heads * sizes.headSize, keyRows = sizes.keyValueHeads * sizes.headSize;
  Value n = normBefore("attention_norm", x, "blk.*.attn_norm.weight");
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
  return addToStream(x, out, "attention_out_norm", "blk.*.post_attention_norm.weight", "blk.*.attention_residual");
}

/// LFM2's: a convolution over the last tokens between two gates, in the place of attention.
Value ModelBuilder::buildConvolution(Value x) {
  Value n = normBefore("attention_norm", x, "blk.*.attn_norm.weight");
  Value in = linear("conv_in", n, 3 * sizes.model, "blk.*.shortconv.in_proj.weight");
  Value convolved = lm::GatedConvolutionOp::create(builder, at("blk.*.convolution"), rows(sizes.model), in, "conv_taps",
                                                   sizes.convolutionWidth);
  Value out = linear("conv_out", convolved, sizes.model, "blk.*.shortconv.out_proj.weight");
  return addToStream(x, out, "attention_out_norm", "blk.*.post_attention_norm.weight", "blk.*.convolution_residual");
}

/// How the tokens of a block meet.
Value ModelBuilder::buildMixing(Value x) {
  if (sizes.convolutions.empty())
    return buildAttention(x);
  auto either = lm::EitherOp::create(builder, at("blk.*.mixing"), x.getType(), sizes.convolutions, x);
  const auto buildArm = [&](Region &region, Value (ModelBuilder::*build)(Value)) {
    OpBuilder::InsertionGuard guard(builder);
    Block *arm = builder.createBlock(&region, {}, {x.getType()}, {either.getLoc()});
    lm::YieldOp::create(builder, either.getLoc(), (this->*build)(arm->getArgument(0)));
  };
  buildArm(either.getFirst(), &ModelBuilder::buildAttention);
  buildArm(either.getSecond(), &ModelBuilder::buildConvolution);
  return either.getOutput();
}

Value ModelBuilder::activation(Value gate) {
  switch (sizes.activation) {
  case importer::Activation::Silu:
    return lm::SiluOp::create(builder, at("blk.*.ffn_silu"), gate);
  case importer::Activation::GeluTanh:
    return lm::GeluTanhOp::create(builder, at("blk.*.ffn_gelu"), gate);
  }
  llvm_unreachable("all activations are covered");
}

Value ModelBuilder::buildFeedForward(Value x) {
  const bool biased = sizes.feedForwardBias;
  Value n = normBefore("ffn_norm", x, "blk.*.ffn_norm.weight");
  Value gate = linear("gate", n, sizes.hidden, "blk.*.ffn_gate.weight");
  if (biased)
    gate = bias("gate_bias", gate, "blk.*.ffn_gate.bias");
  Value activated = activation(gate);
  Value up = linear("up", n, sizes.hidden, "blk.*.ffn_up.weight");
  if (biased)
    up = bias("up_bias", up, "blk.*.ffn_up.bias");
  Value product = lm::MulOp::create(builder, at("blk.*.ffn_mul"), activated, up);
  Value down = linear("down", product, sizes.model, "blk.*.ffn_down.weight");
  if (biased)
    down = bias("down_bias", down, "blk.*.ffn_down.bias");
  return addToStream(x, down, "ffn_out_norm", "blk.*.post_ffw_norm.weight", "blk.*.ffn_residual");
}

/// The residual stream, normed behind the last block: the sum of what is 0 everywhere else, and of what is 0 there.
Value ModelBuilder::normRepetition(Value x) {
  SmallVector<float> others(sizes.layers, 1), last(sizes.layers, 0);
  others.back() = 0;
  last.back() = 1;
  const std::string place = "blk.*.repetition_norm";
  Value normed = norm("output_norm", x, place);
  normed = lm::ScaleOp::create(builder, at(place), normed, APFloat(1.0f), ofBlocks(last));
  Value kept = lm::ScaleOp::create(builder, at(place), x, APFloat(1.0f), ofBlocks(others));
  return lm::AddOp::create(builder, at(place), kept, normed);
}

Value ModelBuilder::buildBlocks(Value x) {
  auto schedule =
      sizes.schedule.empty() ? llvm::to_vector(llvm::seq<int64_t>(0, sizes.layers)) : llvm::to_vector(sizes.schedule);
  auto repeat = lm::RepeatOp::create(builder, at("blk.*"), x.getType(), schedule, x);
  OpBuilder::InsertionGuard guard(builder);
  Block *body = builder.createBlock(&repeat.getBody(), {}, {x.getType()}, {repeat.getLoc()});
  Value y = buildFeedForward(buildMixing(body->getArgument(0)));
  if (sizes.repetitionNorm)
    y = normRepetition(y);
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
  x = scaled(x, sizes.embeddingScale, "embedding_scale");
  x = buildBlocks(x);
  if (!sizes.repetitionNorm)
    x = norm("output_norm", x, "output_norm.weight");
  x = scaled(x, sizes.headScale, "head_scale");
  if (hasHeadRotation(
          sizes)) { // a 576 x 576 product among 135 million: it stays float, its error would meet every logit
    x = linear("head_rotation", x, sizes.model, "head_rotation.weight");
    lm::LmDialect::KeepFloatAttrHelper(builder.getContext()).setAttr(x.getDefiningOp(), builder.getUnitAttr());
  }
  Value logits = linear("head", x, sizes.vocabulary, "output.weight");
  if (sizes.headBias)
    logits = bias("head_bias", logits, families::kHeadBias);
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
  declareWeights(builder, sizes);
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
