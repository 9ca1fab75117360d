//===- PartitionsTest.cpp - What threads read of a step's operands --------===//
//
// An op that claims nothing reads its operands whole: whoever forgets to describe one gets a barrier too many, not a
// race.
//
//===----------------------------------------------------------------------===//

#include "compiler/passes/Partitions.h"

#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace weebill::passes;
namespace lm = weebill::lm;
namespace plan = weebill::plan;

namespace {

/// lm.attention is no step: it becomes two before planning, and describes itself to nobody.
constexpr const char *kModel = R"(
lm.weight @embedding : tensor<32x64xf32> from ["e"]
lm.weight @w : tensor<64x64xf32> per_block from ["w"]
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x32xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x64xf32>
  %y = lm.repeat [0] %x : tensor<?x64xf32> {
  ^bb0(%h: tensor<?x64xf32>):
    %q = lm.linear %h, @w : (tensor<?x64xf32>) -> tensor<?x64xf32>
    %s = lm.silu %q : tensor<?x64xf32>
    %a = lm.attention %s, %s, %s heads 4 key_value_heads 4
        : tensor<?x64xf32>, tensor<?x64xf32>, tensor<?x64xf32> -> tensor<?x64xf32>
    %z = lm.add %h, %a : tensor<?x64xf32>
    lm.yield %z : tensor<?x64xf32>
  }
  %l = lm.linear %y, @embedding : (tensor<?x64xf32>) -> tensor<?x32xf32>
  return %l : tensor<?x32xf32>
}
)";

class PartitionsTest : public testing::Test {
protected:
  PartitionsTest() {
    context.loadDialect<func::FuncDialect, lm::LmDialect>();
    module = parseSourceString<ModuleOp>(kModel, &context);
  }

  /// Owners of what the first op of a name reads, dealt out by columns.
  std::vector<Owner> readersOf(StringRef name) {
    std::optional<ForwardPass> forward = findForwardPass(*module);
    EXPECT_TRUE(forward);
    Storages storages(*forward);
    std::vector<Owner> owners;
    for (Operation *step : forward->body)
      if (step->getName().getStringRef() == name)
        for (const Access &access : accessesOf(step, {plan::Share::Columns, 4, 0, 16}, storages))
          if (!access.writes)
            owners.push_back(access.owner);
    return owners;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

TEST_F(PartitionsTest, AnOpThatClaimsNothingReadsEveryOperandWhole) {
  EXPECT_EQ(readersOf("lm.attention"), std::vector<Owner>(3, Owner{Owner::Everyone}));
}

TEST_F(PartitionsTest, AnElementNeedsOnlyItself) {
  EXPECT_EQ(readersOf("lm.silu"), (std::vector<Owner>{{Owner::Columns, 4, 16, 0}}));
}

TEST_F(PartitionsTest, AMatrixReadsWholeRows) {
  EXPECT_EQ(readersOf("lm.linear"), std::vector<Owner>{Owner{Owner::Everyone}});
}

} // namespace
