//===- BuildBlock.cpp - A block as lm IR ----------------------------------===//
//
// One block of a Llama model, top to bottom:
//
//     x + attention_out(attention(rope(q(n)), rope(k(n)), v(n)))      n = attention_norm(x)
//     y + down(silu(gate(m)) * up(m))                                 m = ffn_norm(y)
//
// Qwen2 adds biases to q, k and v; any projection may have one. Qwen3 norms heads before rope, MobileLLM-R1 after it,
// OLMo 2 all heads as one row. Gemma 3 norms what both halves add to the residual stream as well, OLMo 2 this only;
// Granite multiplies it by a number. Ouro norms the residual stream behind the last block, whenever it is visited. LFM2
// has blocks that convolve in the place of attending. What down multiplies is mixed where its rows are
// (compiler/import/rotate/MixHidden.h).
//
// Tested by tests/unit/compiler/frontend/BuildModelTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/BuildBlock.h"

#include <cmath>

using namespace mlir;
namespace weebill::frontend {

namespace {

class BlockBuilder : SizedOps {
public:
  explicit BlockBuilder(const SizedOps &ops) : SizedOps(ops) {}

  Value build(Value x) {
    Value y = feedForward(mixing(x));
    return sizes.repetitionNorm ? normRepetition(y) : y;
  }

private:
  Value mixing(Value x);
  Value attention(Value x);
  Value convolution(Value x);
  Value feedForward(Value x);
  Value activation(Value gate);
  Value normRepetition(Value x);

  Value normBefore(StringRef gain, Value x, const std::string &place);
  Value addToStream(Value x, Value added, StringRef gain, const std::string &gainPlace, const std::string &place);
  Value withPositions(Value x, const std::string &name, int64_t heads, float scale, ArrayRef<float> scales);
  Value rope(Value x, int64_t heads, float scale, ArrayRef<float> scales, const std::string &place);
  Value headNorm(StringRef gain, Value x, int64_t heads, float scale, ArrayRef<float> scales, const std::string &place);

  float headNormEpsilon() const { return sizes.headNormEpsilon ? sizes.headNormEpsilon : sizes.normEpsilon; }
};

/// What attention or the feed-forward half reads of the residual stream.
Value BlockBuilder::normBefore(StringRef gain, Value x, const std::string &place) {
  return sizes.blockNorms == importer::BlockNorms::After ? x : norm(gain, x, place);
}

/// The residual stream and what attention or the feed-forward half adds to it.
Value BlockBuilder::addToStream(Value x, Value added, StringRef gain, const std::string &gainPlace,
                                const std::string &place) {
  if (sizes.blockNorms != importer::BlockNorms::Before)
    added = norm(gain, added, gainPlace);
  added = scaled(added, sizes.residualScale, place + "_scale");
  return lm::AddOp::create(builder, at(place), x, added);
}

Value BlockBuilder::rope(Value x, int64_t heads, float scale, ArrayRef<float> scales, const std::string &place) {
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

Value BlockBuilder::headNorm(StringRef gain, Value x, int64_t heads, float scale, ArrayRef<float> scales,
                             const std::string &place) {
  auto symbol = gain.empty() ? FlatSymbolRefAttr() : FlatSymbolRefAttr::get(builder.getContext(), gain);
  return lm::HeadNormOp::create(builder, at(place), x, symbol, heads, APFloat(headNormEpsilon()), APFloat(scale),
                                ofBlocks(scales));
}

/// Queries ("q") or keys ("k") with their positions in them; the last step multiplies by `scale`, or the block's own of
/// `scales`.
Value BlockBuilder::withPositions(Value x, const std::string &name, int64_t heads, float scale,
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

Value BlockBuilder::attention(Value x) {
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
Value BlockBuilder::convolution(Value x) {
  Value n = normBefore("attention_norm", x, "blk.*.attn_norm.weight");
  Value in = linear("conv_in", n, 3 * sizes.model, "blk.*.shortconv.in_proj.weight");
  Value convolved = lm::GatedConvolutionOp::create(builder, at("blk.*.convolution"), rows(sizes.model), in, "conv_taps",
                                                   sizes.convolutionWidth);
  Value out = linear("conv_out", convolved, sizes.model, "blk.*.shortconv.out_proj.weight");
  return addToStream(x, out, "attention_out_norm", "blk.*.post_attention_norm.weight", "blk.*.convolution_residual");
}

/// How the tokens of a block meet.
Value BlockBuilder::mixing(Value x) {
  if (sizes.convolutions.empty())
    return attention(x);
  auto either = lm::EitherOp::create(builder, at("blk.*.mixing"), x.getType(), sizes.convolutions, x);
  const auto buildArm = [&](Region &region, Value (BlockBuilder::*build)(Value)) {
    OpBuilder::InsertionGuard guard(builder);
    Block *arm = builder.createBlock(&region, {}, {x.getType()}, {either.getLoc()});
    lm::YieldOp::create(builder, either.getLoc(), (this->*build)(arm->getArgument(0)));
  };
  buildArm(either.getFirst(), &BlockBuilder::attention);
  buildArm(either.getSecond(), &BlockBuilder::convolution);
  return either.getOutput();
}

Value BlockBuilder::activation(Value gate) {
  switch (sizes.activation) {
  case importer::Activation::Silu:
    return lm::SiluOp::create(builder, at("blk.*.ffn_silu"), gate);
  case importer::Activation::GeluTanh:
    return lm::GeluTanhOp::create(builder, at("blk.*.ffn_gelu"), gate);
  }
  llvm_unreachable("all activations are covered");
}

Value BlockBuilder::feedForward(Value x) {
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
  if (sizes.mixedHidden)
    product = lm::HadamardOp::create(builder, at("blk.*.ffn_mix"), product, sizes.mixedHidden);
  Value down = linear("down", product, sizes.model, "blk.*.ffn_down.weight");
  if (biased)
    down = bias("down_bias", down, "blk.*.ffn_down.bias");
  return addToStream(x, down, "ffn_out_norm", "blk.*.post_ffw_norm.weight", "blk.*.ffn_residual");
}

/// The residual stream, normed behind the last block: the sum of what is 0 everywhere else, and of what is 0 there.
Value BlockBuilder::normRepetition(Value x) {
  SmallVector<float> others(sizes.layers, 1), last(sizes.layers, 0);
  others.back() = 0;
  last.back() = 1;
  const std::string place = "blk.*.repetition_norm";
  Value normed = norm("output_norm", x, place);
  normed = lm::ScaleOp::create(builder, at(place), normed, APFloat(1.0f), ofBlocks(last));
  Value kept = lm::ScaleOp::create(builder, at(place), x, APFloat(1.0f), ofBlocks(others));
  return lm::AddOp::create(builder, at(place), kept, normed);
}

} // namespace

Value buildBlock(const SizedOps &ops, Value x) { return BlockBuilder(ops).build(x); }

} // namespace weebill::frontend
