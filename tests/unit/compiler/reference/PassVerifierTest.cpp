//===- PassVerifierTest.cpp - A pass that is wrong is found ---------------===//
//
// Passes that leave what a module computes alone, change it as they may, or spoil it.
//
//===----------------------------------------------------------------------===//

#include "compiler/reference/PassVerifier.h"

#include "SmallModel.h"
#include "compiler/reference/ChangeBound.h"
#include "compiler/reference/SeededTensors.h"

#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"

#include <gmock/gmock.h>

using namespace mlir;
using namespace weebill;
using namespace weebill::reference;
using namespace weebill::tests;

namespace {

/// A pass that does what a test says.
struct TestPass : PassWrapper<TestPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(TestPass)

  TestPass(StringRef flag, std::function<void(ModuleOp)> change) : flag(flag), change(std::move(change)) {}
  StringRef getArgument() const override { return flag; }
  void runOnOperation() override { change(getOperation()); }

  std::string flag;
  std::function<void(ModuleOp)> change;
};

void nothing(ModuleOp) {}

lm::WeightOp weight(ModuleOp module, StringRef name) { return module.lookupSymbol<lm::WeightOp>(name); }

void swapGateAndUp(ModuleOp module) {
  lm::WeightOp gate = weight(module, "gate"), up = weight(module, "up");
  const ArrayAttr sources = gate.getSourcesAttr();
  gate.setSourcesAttr(up.getSourcesAttr());
  up.setSourcesAttr(sources);
}

class PassVerifierTest : public SmallModelTest {
protected:
  /// What is said of some passes, one after the other: nothing, or of the first that is wrong.
  std::string verified(ModuleOp module,
                       const std::vector<std::pair<std::string, std::function<void(ModuleOp)>>> &passes,
                       bool seeded = false) {
    PassManager manager(&context);
    std::string said;
    int times = 0;
    manager.addInstrumentation(std::make_unique<PassVerifier>(seeded ? nullptr : &source, [&](const std::string &what) {
      said = what;
      ++times;
    }));
    for (const auto &[flag, change] : passes)
      manager.addPass(std::make_unique<TestPass>(flag, change));
    EXPECT_TRUE(succeeded(manager.run(module)));
    EXPECT_LE(times, 1);
    return said;
  }
};

TEST_F(PassVerifierTest, PassesThatChangeNothing) {
  EXPECT_EQ(verified(*model(kFloatBlock), {{"one", nothing}, {"two", nothing}}), "");
  EXPECT_EQ(verified(*model(kQuantizedBlock, "[0, 1]", "as int8"), {{"one", nothing}}), "");
}

TEST_F(PassVerifierTest, TheFirstPassThatIsWrongIsNamed) {
  const std::string said =
      verified(*model(kFloatBlock), {{"good", nothing}, {"bad", swapGateAndUp}, {"worse", swapGateAndUp}});
  EXPECT_THAT(said, testing::MatchesRegex("bad changed what the module computes: logits by [0-9.e+-]+ of their size, "
                                          "and it must change no bit"));
}

TEST_F(PassVerifierTest, OneBitIsTooMuch) {
  auto nudge = [](ModuleOp module) {
    module.walk([](lm::RmsNormOp norm) {
      const float epsilon = norm.getEpsilon().convertToFloat();
      norm.setEpsilonAttr(Builder(norm).getF32FloatAttr(epsilon * 1.01f));
    });
  };
  EXPECT_THAT(verified(*model(kFloatBlock), {{"nudge", nudge}}), testing::HasSubstr("it must change no bit"));
}

/// Rounds matrices, and what else a test does.
void roundTo(ModuleOp module, lm::Storage storage) {
  module.walk([&](lm::WeightOp op) {
    if (op.getTensorType().getRank() == 2)
      op.setStorage(storage);
  });
}

TEST_F(PassVerifierTest, RoundingMayChangeWhatItsStepsSay) {
  auto round = [](ModuleOp module) { roundTo(module, lm::Storage::F16); };
  EXPECT_EQ(verified(*model(kFloatBlock), {{"round", round}, {"after", nothing}}), "");
  auto roundAndSwap = [&](ModuleOp module) {
    round(module);
    swapGateAndUp(module);
  };
  EXPECT_THAT(verified(*model(kFloatBlock), {{"round", roundAndSwap}}),
              testing::MatchesRegex("round changed .* of their size, more than [0-9.e-]+"));
}

TEST_F(PassVerifierTest, AModuleThatCannotBeRun) {
  auto lose = [](ModuleOp module) {
    weight(module, "output_norm").setSourcesAttr(Builder(module.getContext()).getStrArrayAttr({"lost"}));
  };
  EXPECT_EQ(verified(*model(kFloatBlock), {{"lose", lose}}),
            "lose left a module that cannot be run: tensor 'lost' is used by the module but not in the model file");
  OwningOpRef<ModuleOp> empty = ModuleOp::create(UnknownLoc::get(&context));
  EXPECT_THAT(verified(*empty, {{"any", nothing}}), testing::StartsWith("any cannot be verified: the module has no"));
}

TEST_F(PassVerifierTest, SeededNumbers) {
  OwningOpRef<ModuleOp> module = model(kFloatBlock);
  const std::unique_ptr<importer::TensorSource> one = seededTensors(*module), two = seededTensors(*module);
  std::vector<float> whole(16 * 16), row(16);
  one->readRows("0.gate", 0, 16, whole.data());
  two->readRows("0.gate", 5, 1, row.data());
  EXPECT_EQ(row, std::vector(whole.begin() + 80, whole.begin() + 96)); // whatever is read of it
  one->readRows("0.up", 5, 1, whole.data());
  EXPECT_NE(row[0], whole[0]);
  EXPECT_EQ(errorOf([&] { one->readRows("0.up", 15, 2, whole.data()); }),
            "seeded numbers: there are no such rows of a tensor '0.up'");
  EXPECT_EQ(verified(*module, {{"one", nothing}}, true), "");
  EXPECT_NE(verified(*module, {{"swap", swapGateAndUp}}, true), "");
}

TEST_F(PassVerifierTest, BoundsComeFromStorageRowsAndCache) {
  auto errorOfModule = [&](const Body &body, const std::string &storage) {
    return squaredErrorOfProduct(*model(body, "[0, 1, 2]", storage));
  };
  const Body cached{cacheOf("f16", 3, 64), std::string(kFloatAttention) + kCachedAttention + kFloatRest};
  EXPECT_EQ(errorOfModule(kFloatBlock, ""), 0);
  EXPECT_DOUBLE_EQ(errorOfModule(cached, ""), 0x1p-22);
  EXPECT_DOUBLE_EQ(errorOfModule(kQuantizedBlock, "as int8"), 2e-4);
  OwningOpRef<ModuleOp> codes = model(kQuantizedBlock, "[0, 1, 2]", "as int8");
  EXPECT_DOUBLE_EQ(boundOfChange(0, *codes), 4 * std::sqrt(13 * 2e-4));
  EXPECT_EQ(boundOfChange(2e-4, *codes), 0);
}

} // namespace
