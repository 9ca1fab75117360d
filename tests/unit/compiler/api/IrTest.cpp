//===- IrTest.cpp ---------------------------------------------------------===//
//
// The module after each pass: each leaves its trace, and no later one.
//
//===----------------------------------------------------------------------===//

#include "tests/unit/compiler/api/SmallCompile.h"

#include <gtest/gtest.h>

using namespace weebill;
using namespace weebill::api;
using namespace weebill::tests;

namespace {

CompiledModel compileTied(const CompileOptions &options = {.targets = {"generic"}}) {
  Observer silent;
  return compile(smallModel(kTied), options, silent);
}

/// What a pass leaves behind that was not there before.
struct Trace {
  const char *pass, *text;
};
constexpr Trace kTraces[] = {
    {"lm-roll-repeats", "lm.repeat"},
    {"lm-fuse-qkv", "lm.qkv"},
    {"lm-fuse-swiglu", "lm.swiglu"},
    {"lm-quantize", "lm.quantize"},
    {"lm-fuse-norm-quantize", "lm.rms_norm_quantize"},
    {"lm-fuse-residual", "lm.linear_residual"},
    {"lm-place-cache", "lm.cached_attention"},
    {"lm-plan-phases", "lm.step"},
    {"lm-assign-buffers", "lm.arena"},
};

TEST(IrTest, EveryPassLeavesItsTrace) {
  const CompiledModel model = compileTied();
  std::string before;
  size_t traces = 0;
  for (const std::string &pass : CompiledModel::passes()) {
    const std::string text = model.ir(pass);
    EXPECT_NE(text.find("func.func"), std::string::npos) << pass;
    for (const Trace &trace : kTraces)
      if (pass == trace.pass) {
        EXPECT_EQ(before.find(trace.text), std::string::npos) << pass;
        EXPECT_NE(text.find(trace.text), std::string::npos) << pass;
        ++traces;
      }
    before = text;
  }
  EXPECT_EQ(traces, std::size(kTraces));
}

TEST(IrTest, ItIsTheSameEveryTime) {
  const CompiledModel model = compileTied();
  EXPECT_EQ(model.ir("lm-check-emittable"), model.ir("lm-check-emittable"));
}

TEST(IrTest, UnknownNamesAndSkippedPassesHaveTheirSentence) {
  const CompiledModel model = compileTied({.targets = {"generic"}, .skipPasses = {"lm-fuse-qkv"}});
  EXPECT_EQ(model.ir("lm-check-emittable").find("lm.qkv"), std::string::npos);
  const auto complaint = [&](const char *pass) -> std::string {
    try {
      return model.ir(pass);
    } catch (const importer::InputError &error) {
      return error.what();
    }
  };
  EXPECT_EQ(complaint("lm-fuse-qkv"), "there is no IR after 'lm-fuse-qkv': it was left out");
  EXPECT_TRUE(complaint("lm-x").starts_with("there is no IR after that pass: 'lm-x' is not one of lm-roll-repeats, "));
  EXPECT_TRUE(complaint("").starts_with("there is no IR after that pass: '' is not one of "));
}

} // namespace
