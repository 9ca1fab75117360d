//===- BuildModelTest.cpp - From an imported model to lm IR -------------===//
//
// From an imported model to lm IR: symbols, shapes, order, places.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/BuildModel.h"

#include "dialects/lm/LmOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace weebill::frontend;
using namespace weebill::importer;
namespace lm = weebill::lm;

namespace {

class BuildModelTest : public testing::Test {
protected:
  BuildModelTest() {
    model.path = "/somewhere/tiny.gguf";
    model.name = "tiny";
    Architecture &sizes = model.architecture;
    sizes.family = "llama";
    sizes.layers = 3;
    sizes.model = 48;
    sizes.hidden = 80;
    sizes.heads = 6;
    sizes.keyValueHeads = 2;
    sizes.headSize = 16; // 6 * 16 is wider than the model
    sizes.vocabulary = 100;
    sizes.context = 512;
    sizes.normEpsilon = 1e-6f;
    sizes.ropeTheta = 5e5;
    sizes.tiedEmbeddings = true;
  }

  lm::WeightOp weight(ModuleOp module, StringRef name) { return module.lookupSymbol<lm::WeightOp>(name); }

  std::string nameOf(Location location) {
    auto name = dyn_cast<NameLoc>(location);
    return name ? name.getName().str() : "";
  }

  MLIRContext context;
  ImportedModel model;
};

TEST_F(BuildModelTest, WeightsHaveTheShapesOfTheArchitecture) {
  OwningOpRef<ModuleOp> module = buildModel(context, model);
  struct Expected {
    const char *name;
    int64_t rows, columns;
    const char *place;
  };
  for (auto [name, rows, columns, place] :
       std::initializer_list<Expected>{{"embedding", 100, 48, "token_embd.weight"},
                                       {"attention_norm", 1, 48, "blk.*.attn_norm.weight"},
                                       {"q", 96, 48, "blk.*.attn_q.weight"},
                                       {"k", 32, 48, "blk.*.attn_k.weight"},
                                       {"v", 32, 48, "blk.*.attn_v.weight"},
                                       {"attention_out", 48, 96, "blk.*.attn_output.weight"},
                                       {"ffn_norm", 1, 48, "blk.*.ffn_norm.weight"},
                                       {"gate", 80, 48, "blk.*.ffn_gate.weight"},
                                       {"up", 80, 48, "blk.*.ffn_up.weight"},
                                       {"down", 48, 80, "blk.*.ffn_down.weight"},
                                       {"output_norm", 1, 48, "output_norm.weight"},
                                       {"head", 100, 48, "token_embd.weight"}}) {
    lm::WeightOp op = weight(*module, name);
    ASSERT_TRUE(op) << name;
    EXPECT_EQ(op.getRows(), rows) << name;
    EXPECT_EQ(op.getColumns(), columns) << name;
    EXPECT_EQ(nameOf(op.getLoc()), place);
    EXPECT_EQ(op.getPerBlock(), StringRef(place).starts_with("blk.")) << name;
    EXPECT_EQ(op.getSources().size(), op.getPerBlock() ? 3u : 1u) << name;
  }
  EXPECT_EQ(cast<StringAttr>(weight(*module, "down").getSources()[2]).getValue(), "blk.2.ffn_down.weight");
}

TEST_F(BuildModelTest, AnUntiedHeadHasItsOwnTensor) {
  model.architecture.tiedEmbeddings = false;
  OwningOpRef<ModuleOp> module = buildModel(context, model);
  EXPECT_EQ(cast<StringAttr>(weight(*module, "head").getSources()[0]).getValue(), "output.weight");
}

TEST_F(BuildModelTest, ModuleSaysWhereItComesFrom) {
  OwningOpRef<ModuleOp> module = buildModel(context, model);
  EXPECT_EQ((*module)->getAttrOfType<StringAttr>("lm.name").getValue(), "tiny");
  EXPECT_EQ((*module)->getAttrOfType<StringAttr>("lm.source").getValue(), "tiny.gguf");

  model.path = "mobilellm-125m";
  model.randomSeed = 7;
  OwningOpRef<ModuleOp> random = buildModel(context, model);
  EXPECT_EQ((*random)->getAttrOfType<StringAttr>("lm.source").getValue(), "mobilellm-125m (random weights, seed 7)");
}

TEST_F(BuildModelTest, BlocksAreOneRepeatInOrder) {
  OwningOpRef<ModuleOp> module = buildModel(context, model);
  auto forward = module->lookupSymbol<func::FuncOp>("forward");
  std::vector<std::string> outer, inner;
  for (Operation &op : forward.getBody().front())
    outer.push_back(op.getName().getStringRef().str());
  EXPECT_EQ(outer, (std::vector<std::string>{"lm.embed", "lm.repeat", "lm.rms_norm", "lm.linear", "func.return"}));

  auto repeat = *forward.getOps<lm::RepeatOp>().begin();
  EXPECT_EQ(repeat.getSchedule(), ArrayRef<int64_t>({0, 1, 2}));
  for (Operation &op : repeat.getBody().front()) {
    inner.push_back(op.getName().getStringRef().str());
    EXPECT_TRUE(StringRef(nameOf(op.getLoc())).starts_with("blk.*")) << inner.back() << " has no place";
  }
  EXPECT_EQ(inner, (std::vector<std::string>{"lm.rms_norm", "lm.linear", "lm.linear", "lm.linear", "lm.rope", "lm.rope",
                                             "lm.attention", "lm.linear", "lm.add", "lm.rms_norm", "lm.linear",
                                             "lm.silu", "lm.linear", "lm.mul", "lm.linear", "lm.add", "lm.yield"}));
}

TEST_F(BuildModelTest, OtherFamiliesHaveBiasesNormsAndScaledRope) {
  const auto steps = [&](HeadNorms norms) {
    model.architecture.headNorms = norms;
    OwningOpRef<ModuleOp> module = buildModel(context, model);
    std::vector<std::string> found;
    module->walk([&](Operation *op) {
      if (auto rope = dyn_cast<lm::RopeOp>(op))
        found.push_back("rope " + std::to_string(rope.getScale().convertToFloat()));
      if (auto norm = dyn_cast<lm::HeadNormOp>(op))
        found.push_back((norm.getGain() ? "gained " : "norm ") + std::to_string(norm.getScale().convertToFloat()));
    });
    return found;
  };
  // The last step of the queries carries 1 / sqrt(16).
  using Steps = std::vector<std::string>;
  EXPECT_EQ(steps(HeadNorms::None), (Steps{"rope 0.250000", "rope 1.000000"}));
  EXPECT_EQ(steps(HeadNorms::BeforeRope),
            (Steps{"gained 1.000000", "rope 0.250000", "gained 1.000000", "rope 1.000000"}));
  EXPECT_EQ(steps(HeadNorms::AfterRope), (Steps{"rope 1.000000", "norm 0.250000", "rope 1.000000", "norm 1.000000"}));

  model.architecture.projectionBias = model.architecture.attentionOutBias = true;
  model.architecture.ropeScaling = {32, 1, 4, 8192};
  OwningOpRef<ModuleOp> module = buildModel(context, model);
  std::vector<std::string> biases;
  module->walk([&](lm::AddBiasOp bias) { biases.push_back(bias.getBias().str()); });
  EXPECT_EQ(biases, (Steps{"q_bias", "k_bias", "v_bias", "attention_out_bias"}));
  EXPECT_EQ(weight(*module, "k_bias").getColumns(), 32);
  EXPECT_EQ(nameOf(weight(*module, "attention_out_bias").getLoc()), "blk.*.attn_output.bias");
  module->walk([&](lm::RopeOp rope) {
    EXPECT_EQ(rope.getFactor().convertToDouble(), 32);
    EXPECT_EQ(rope.getOriginalContext(), 8192u);
  });
}

TEST_F(BuildModelTest, WhatDownMultipliesIsMixedIfDownIs) {
  const auto mixings = [&](int64_t columns) {
    model.architecture.mixedHidden = columns;
    OwningOpRef<ModuleOp> module = buildModel(context, model);
    std::vector<std::string> found;
    module->walk([&](lm::HadamardOp op) {
      auto down = dyn_cast<lm::LinearOp>(*op->getUsers().begin());
      found.push_back(std::to_string(op.getSize()) + " before " + (down ? down.getWeight().str() : "none"));
      EXPECT_TRUE(op.getInput().getDefiningOp<lm::MulOp>());
    });
    return found;
  };
  EXPECT_EQ(mixings(0), std::vector<std::string>{});
  EXPECT_EQ(mixings(16), std::vector<std::string>{"16 before down"});
}

TEST_F(BuildModelTest, ASharedBlockIsVisitedAgain) {
  model.architecture.schedule = {0, 0, 2, 1, 2};
  OwningOpRef<ModuleOp> module = buildModel(context, model);
  auto forward = module->lookupSymbol<func::FuncOp>("forward");
  auto repeat = *forward.getOps<lm::RepeatOp>().begin();
  EXPECT_EQ(repeat.getSchedule(), ArrayRef<int64_t>({0, 0, 2, 1, 2}));
  EXPECT_EQ(weight(*module, "down").getSources().size(), 3u);
}

TEST_F(BuildModelTest, ConstantsAreThoseOfTheArchitecture) {
  OwningOpRef<ModuleOp> module = buildModel(context, model);
  std::vector<lm::RopeOp> ropes;
  module->walk([&](lm::RopeOp rope) { ropes.push_back(rope); });
  ASSERT_EQ(ropes.size(), 2u);
  EXPECT_EQ(ropes[0].getHeads(), 6u);
  EXPECT_EQ(ropes[1].getHeads(), 2u);
  EXPECT_EQ(ropes[0].getTheta().convertToDouble(), 5e5);
  EXPECT_EQ(ropes[0].getScale().convertToFloat(), 0.25f) << "1 / sqrt(16)";
  EXPECT_EQ(ropes[1].getScale().convertToFloat(), 1.0f) << "keys are not scaled";
  module->walk([&](lm::RmsNormOp norm) { EXPECT_EQ(norm.getEpsilon().convertToFloat(), 1e-6f); });
  module->walk([&](lm::AttentionOp attention) {
    EXPECT_EQ(attention.getHeads(), 6u);
    EXPECT_EQ(attention.getKeyValueHeads(), 2u);
  });
}

TEST_F(BuildModelTest, RefusesSizesThatDoNotFit) {
  model.architecture.keyValueHeads = 4; // does not divide 6
  EXPECT_THROW(buildModel(context, model), InputError);
}

} // namespace
