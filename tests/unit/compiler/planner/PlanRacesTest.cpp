//===- PlanRacesTest.cpp - Barriers and buffers of every plan -------------===//
//
// Every choice of fusions, and models that are put together in other ways, on one to seven threads: no two threads may
// meet at a word within a phase, and every step must read what the IR says. Then plans that were broken on purpose, to
// see that the simulation notices.
//
//===----------------------------------------------------------------------===//

#include "PlanSimulation.h"

#include "compiler/passes/Pipeline.h"
#include "compiler/planner/BuildModelPlan.h"
#include "dialects/lm/LmOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/MemoryBuffer.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace weebill::passes;
using namespace weebill::plan;
using namespace weebill::planner;
using namespace weebill::tests;
namespace lm = weebill::lm;

namespace {

/// A module with its plan.
struct Planned {
  std::unique_ptr<MLIRContext> context = std::make_unique<MLIRContext>();
  OwningOpRef<ModuleOp> module;
  ModelPlan plan;
};

/// Small chunks keep the simulation short.
constexpr int kChunk = 4;

Planned planOf(llvm::StringRef text, const std::vector<std::string> &skip) {
  Planned planned;
  planned.context->loadDialect<func::FuncDialect, lm::LmDialect>();
  planned.module = parseSourceString<ModuleOp>(text, planned.context.get());
  EXPECT_TRUE(planned.module);

  PipelineOptions options;
  options.chunk = kChunk;
  for (const std::string &flag : skip)
    options.skip.push_back(flag);
  EXPECT_EQ(unknownPass(options), "");
  PassManager manager(planned.context.get());
  buildWeebillPipeline(manager, options);
  EXPECT_TRUE(succeeded(manager.run(*planned.module)));
  planned.plan = buildModelPlan(*planned.module);
  return planned;
}

/// What goes wrong on any number of threads, in either route.
std::string firstProblem(const Planned &planned) {
  for (int threads : {1, 2, 3, 5, 7})
    for (int tokens : {0, 1, 3, kChunk}) { // 0: decode
      Execution execution{tokens != 0, threads, std::max(tokens, 1)};
      if (std::string problem = simulate(*planned.module, planned.plan, execution); !problem.empty())
        return (tokens ? std::to_string(tokens) + " tokens of prefill" : "decode") + " on " + std::to_string(threads) +
               " threads: " + problem;
    }
  return "";
}

std::string input(const std::string &name) {
  auto file = llvm::MemoryBuffer::getFile(WEEBILL_LIT_INPUTS "/" + name + ".mlir");
  EXPECT_TRUE(bool(file));
  return (*file)->getBuffer().str();
}

std::string twoLayers() { return input("two-layers"); }

/// Blocks of other shapes around the same weights; `h` is the residual stream.
std::string modelWithBody(const std::string &body) {
  return R"(
    lm.weight @embedding : tensor<96x128xf32> from ["e"]
    lm.weight @output_norm : tensor<128xf32> from ["n"]
    lm.weight @norm : tensor<128xf32> per_block from ["a", "b"]
    lm.weight @square : tensor<128x128xf32> per_block from ["c", "d"]
    lm.weight @small : tensor<64x128xf32> per_block from ["e", "f"]
    lm.weight @narrow : tensor<64xf32> per_block from ["g", "h"]
    func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
      %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x128xf32>
      %y = lm.repeat [0, 1, 0] %x : tensor<?x128xf32> {
      ^bb0(%h: tensor<?x128xf32>):
)" + body +
         R"(
      }
      %f = lm.rms_norm %y, @output_norm epsilon 1.0e-05 : tensor<?x128xf32>
      %logits = lm.linear %f, @embedding : (tensor<?x128xf32>) -> tensor<?x96xf32>
      return %logits : tensor<?x96xf32>
    })";
}

const std::string kAttention = R"(
    %q = lm.linear %n, @square : (tensor<?x128xf32>) -> tensor<?x128xf32>
    %k = lm.linear %n, @small : (tensor<?x128xf32>) -> tensor<?x64xf32>
    %rk = lm.rope %k heads 2 theta 1.0e+04 : tensor<?x64xf32>
    %v = lm.linear %n, @small : (tensor<?x128xf32>) -> tensor<?x64xf32>
    %rq = lm.rope %q heads 4 theta 1.0e+04 scale 0.5 : tensor<?x128xf32>
    %a = lm.attention %rq, %rk, %v heads 4 key_value_heads 2
        : tensor<?x128xf32>, tensor<?x64xf32>, tensor<?x64xf32> -> tensor<?x128xf32>
)";

const std::string kPreNorm = "%n = lm.rms_norm %h, @norm epsilon 1.0e-05 : tensor<?x128xf32>\n";

/// Attention and feed-forward side by side, from one norm, which is read again after attention's barriers.
const std::string kParallel = kPreNorm + kAttention + R"(
    %o = lm.linear %a, @square : (tensor<?x128xf32>) -> tensor<?x128xf32>
    %g = lm.linear %n, @square : (tensor<?x128xf32>) -> tensor<?x128xf32>
    %s = lm.silu %g : tensor<?x128xf32>
    %h1 = lm.add %h, %o : tensor<?x128xf32>
    %h2 = lm.add %s, %h1 : tensor<?x128xf32>
    lm.yield %h2 : tensor<?x128xf32>)";

/// Norms behind the sublayers: the stream is added to what every thread could have normed for itself.
const std::string kPostNorm = R"(
    %n = lm.silu %h : tensor<?x128xf32>)" +
                              kAttention + R"(
    %o = lm.linear %a, @square : (tensor<?x128xf32>) -> tensor<?x128xf32>
    %p = lm.rms_norm %o, @norm epsilon 1.0e-05 : tensor<?x128xf32>
    %h1 = lm.add %h, %p : tensor<?x128xf32>
    %m = lm.mul %h1, %h1 : tensor<?x128xf32>
    %h2 = lm.add %h1, %m : tensor<?x128xf32>
    lm.yield %h2 : tensor<?x128xf32>)";

/// No residual connection: the stream is overwritten by a product, after every thread has read it.
const std::string kNoResidual = kPreNorm + kAttention + R"(
    %h1 = lm.linear %a, @square : (tensor<?x128xf32>) -> tensor<?x128xf32>
    lm.yield %h1 : tensor<?x128xf32>)";

/// Queries and keys read again after RoPE, and a norm that is what the block yields.
const std::string kReadAgain = kPreNorm + kAttention + R"(
    %b = lm.mul %a, %q : tensor<?x128xf32>
    %c = lm.add %b, %rq : tensor<?x128xf32>
    %d = lm.rms_norm %c, @norm epsilon 1.0e-05 : tensor<?x128xf32>
    %e = lm.add %h, %d : tensor<?x128xf32>
    %h1 = lm.rms_norm %e, @norm epsilon 1.0e-05 : tensor<?x128xf32>
    lm.yield %h1 : tensor<?x128xf32>)";

/// Biases and norms of heads, before and after RoPE, in place; a bias outside of attention.
const std::string kBiasedAndNormed = kPreNorm + R"(
    %q = lm.linear %n, @square : (tensor<?x128xf32>) -> tensor<?x128xf32>
    %k = lm.linear %n, @small : (tensor<?x128xf32>) -> tensor<?x64xf32>
    %v = lm.linear %n, @small : (tensor<?x128xf32>) -> tensor<?x64xf32>
    %vb = lm.add_bias %v, @narrow : tensor<?x64xf32>
    %kb = lm.add_bias %k, @narrow : tensor<?x64xf32>
    %kn = lm.head_norm %kb heads 2 epsilon 1.0e-05 : tensor<?x64xf32>
    %rk = lm.rope %kn heads 2 theta 1.0e+04 : tensor<?x64xf32>
    %qb = lm.add_bias %q, @norm : tensor<?x128xf32>
    %rq = lm.rope %qb heads 4 theta 1.0e+04 : tensor<?x128xf32>
    %qn = lm.head_norm %rq heads 4 epsilon 1.0e-05 scale 0.5 : tensor<?x128xf32>
    %a = lm.attention %qn, %rk, %vb heads 4 key_value_heads 2
        : tensor<?x128xf32>, tensor<?x64xf32>, tensor<?x64xf32> -> tensor<?x128xf32>
    %o = lm.linear %a, @square : (tensor<?x128xf32>) -> tensor<?x128xf32>
    %ob = lm.add_bias %o, @norm : tensor<?x128xf32>
    %h1 = lm.add %h, %ob : tensor<?x128xf32>
    lm.yield %h1 : tensor<?x128xf32>)";

/// The same steps on values that are read again: each has memory of its own. And heads of another size than
/// attention's, which other threads own.
const std::string kBiasReadAgain = kPreNorm + R"(
    %q = lm.linear %n, @square : (tensor<?x128xf32>) -> tensor<?x128xf32>
    %k = lm.linear %n, @small : (tensor<?x128xf32>) -> tensor<?x64xf32>
    %v = lm.linear %n, @small : (tensor<?x128xf32>) -> tensor<?x64xf32>
    %vb = lm.add_bias %v, @narrow : tensor<?x64xf32>
    %kn = lm.head_norm %k heads 1 epsilon 1.0e-05 : tensor<?x64xf32>
    %rk = lm.rope %kn heads 2 theta 1.0e+04 : tensor<?x64xf32>
    %qb = lm.add_bias %q, @norm : tensor<?x128xf32>
    %qn = lm.head_norm %qb heads 4 epsilon 1.0e-05 : tensor<?x128xf32>
    %rq = lm.rope %qn heads 4 theta 1.0e+04 : tensor<?x128xf32>
    %a = lm.attention %rq, %rk, %vb heads 4 key_value_heads 2
        : tensor<?x128xf32>, tensor<?x64xf32>, tensor<?x64xf32> -> tensor<?x128xf32>
    %b = lm.mul %a, %qb : tensor<?x128xf32>
    %c = lm.add %b, %qn : tensor<?x128xf32>
    %d = lm.add %c, %q : tensor<?x128xf32>
    %h1 = lm.add %h, %d : tensor<?x128xf32>
    lm.yield %h1 : tensor<?x128xf32>)";

/// Rows that are mixed before a product: of a chunk they lie on what they are made of.
const std::string kMixed = kPreNorm + kAttention + R"(
    %m = lm.hadamard %a in 64 : tensor<?x128xf32>
    %o = lm.linear %m, @square : (tensor<?x128xf32>) -> tensor<?x128xf32>
    %h1 = lm.add %h, %o : tensor<?x128xf32>
    %g = lm.linear %h1, @square : (tensor<?x128xf32>) -> tensor<?x128xf32>
    %s = lm.silu %g : tensor<?x128xf32>
    %u = lm.linear %h1, @square : (tensor<?x128xf32>) -> tensor<?x128xf32>
    %w = lm.mul %s, %u : tensor<?x128xf32>
    %t = lm.hadamard %w in 32 : tensor<?x128xf32>
    %d = lm.linear %t, @square : (tensor<?x128xf32>) -> tensor<?x128xf32>
    %h2 = lm.add %h1, %d : tensor<?x128xf32>
    lm.yield %h2 : tensor<?x128xf32>)";

/// The same where what is mixed is read again, mixed twice, or the stream.
const std::string kMixedReadAgain = kPreNorm + kAttention + R"(
    %o = lm.linear %a, @square : (tensor<?x128xf32>) -> tensor<?x128xf32>
    %m = lm.hadamard %o in 64 : tensor<?x128xf32>
    %w = lm.mul %m, %o : tensor<?x128xf32>
    %t = lm.hadamard %w in 32 : tensor<?x128xf32>
    %u = lm.hadamard %t in 64 : tensor<?x128xf32>
    %d = lm.linear %u, @square : (tensor<?x128xf32>) -> tensor<?x128xf32>
    %h1 = lm.add %h, %d : tensor<?x128xf32>
    %h2 = lm.hadamard %h1 in 64 : tensor<?x128xf32>
    lm.yield %h2 : tensor<?x128xf32>)";

const std::vector<std::string> kOptional = {"lm-merge-weights", "lm-fuse-qkv",           "lm-fuse-swiglu",
                                            "lm-quantize",      "lm-fuse-norm-quantize", "lm-fuse-residual"};

/// Those of kOptional whose bit is set.
std::vector<std::string> subset(int bits) {
  std::vector<std::string> flags;
  for (size_t i = 0; i < kOptional.size(); ++i)
    if (bits >> i & 1)
      flags.push_back(kOptional[i]);
  return flags;
}

class PlanRacesTest : public testing::TestWithParam<int> {};

TEST_P(PlanRacesTest, StandardModel) { EXPECT_EQ(firstProblem(planOf(twoLayers(), subset(GetParam()))), ""); }

TEST_P(PlanRacesTest, BlocksOfTwoKinds) { EXPECT_EQ(firstProblem(planOf(input("two-kinds"), subset(GetParam()))), ""); }

TEST_P(PlanRacesTest, OtherModels) {
  for (const std::string &body :
       {kParallel, kPostNorm, kNoResidual, kReadAgain, kBiasedAndNormed, kBiasReadAgain, kMixed, kMixedReadAgain})
    EXPECT_EQ(firstProblem(planOf(modelWithBody(body), subset(GetParam()))), "") << body;
}

INSTANTIATE_TEST_SUITE_P(Skipped, PlanRacesTest, testing::Range(0, 1 << 6));

//===----------------------------------------------------------------------===//
// The simulation notices
//===----------------------------------------------------------------------===//

/// Every barrier of the standard model is needed: without it the two phases race. (Threads of a plan may still agree by
/// chance when there are few units, so several numbers of threads are tried.)
TEST(BrokenPlanTest, EveryBarrierIsNeeded) {
  for (const std::vector<std::string> &skip : {subset(0), subset((1 << 6) - 1)})
    for (auto route : {&ModelPlan::decode, &ModelPlan::prefill}) {
      Planned planned = planOf(twoLayers(), skip);
      const std::vector<PhasePlan> whole = (planned.plan.*route).body;
      for (size_t barrier = 1; barrier < whole.size(); ++barrier) {
        std::vector<PhasePlan> merged = whole;
        auto &steps = merged[barrier - 1].steps;
        steps.insert(steps.end(), merged[barrier].steps.begin(), merged[barrier].steps.end());
        merged.erase(merged.begin() + barrier);
        (planned.plan.*route).body = merged;
        EXPECT_NE(firstProblem(planned), "") << "without the barrier in front of " << whole[barrier].name;
      }
    }
}

/// Buffers share bytes only where it is safe: moved onto the residual stream each one does harm.
TEST(BrokenPlanTest, OverlapsAreNoticed) {
  Planned planned = planOf(twoLayers(), {});
  const std::vector<BufferPlan> buffers = planned.plan.buffers;
  for (size_t i = 1; i < buffers.size(); ++i) {
    if (!buffers[i].perToken)
      continue; // behind the blocks, where the stream is not needed any more by the simulation's one token
    planned.plan.buffers = buffers;
    planned.plan.buffers[i].offset = buffers[0].offset;
    EXPECT_NE(firstProblem(planned), "") << buffers[i].name;
  }
}

TEST(BrokenPlanTest, MissingColumnsAreNoticed) {
  Planned planned = planOf(twoLayers(), {});
  planned.plan.decode.body[0].steps[2].decode.firstUnit += 1; // RoPE of the queries
  EXPECT_NE(firstProblem(planned), "");
}

} // namespace
