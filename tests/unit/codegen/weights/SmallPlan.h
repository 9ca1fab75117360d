//===- SmallPlan.h - A plan with every kind of weight ------------*- C++ -*-===//
//
// Two blocks, visited three times, with odd sizes so that all padding is there: columns that are no multiple of 64 (nor
// of 4), parts that are no multiple of 16 rows. Used by the tests of this folder.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_TESTS_UNIT_CODEGEN_WEIGHTS_SMALLPLAN_H
#define WEEBILL_TESTS_UNIT_CODEGEN_WEIGHTS_SMALLPLAN_H

#include "codegen/plan/ModelPlan.h"

namespace weebill::tests {

inline plan::WeightPlan weightPlan(const std::string &name, plan::WeightKind kind, int64_t columns,
                                   std::vector<int64_t> partRows, std::vector<std::vector<std::string>> sources,
                                   bool perBlock, plan::Arrangement arrangement = plan::Arrangement::Stacked) {
  plan::WeightPlan weight;
  weight.name = name;
  weight.kind = kind;
  weight.arrangement = arrangement;
  weight.columns = columns;
  weight.partRows = std::move(partRows);
  weight.perBlock = perBlock;
  weight.sources = std::move(sources);
  return weight;
}

inline plan::ModelPlan smallPlan() {
  plan::ModelPlan plan;
  plan.sizes = {.blocks = 2,
                .model = 70,
                .hidden = 40,
                .heads = 2,
                .keyValueHeads = 1,
                .headSize = 8,
                .vocabulary = 50,
                .context = 70};
  plan.schedule = {0, 1, 1};
  plan.weights = {
      weightPlan("embedding", plan::WeightKind::MatrixInt8, 70, {50}, {{"embedding"}}, false),
      weightPlan("norm", plan::WeightKind::Vector, 70, {1}, {{"0.norm"}, {"1.norm"}}, true),
      weightPlan("qkv", plan::WeightKind::MatrixInt8, 70, {16, 8, 8}, {{"0.q", "0.k", "0.v"}, {"1.q", "1.k", "1.v"}},
                 true),
      weightPlan("gate_up", plan::WeightKind::MatrixInt8, 70, {40, 40}, {{"0.gate", "0.up"}, {"1.gate", "1.up"}}, true,
                 plan::Arrangement::AlternatingBlocks),
      weightPlan("down", plan::WeightKind::MatrixF32, 40, {70}, {{"0.down"}, {"1.down"}}, true),
      weightPlan("output_norm", plan::WeightKind::Vector, 70, {1}, {{"output_norm"}}, false),
  };
  plan.cache = {.element = plan::Element::F16, .visits = 3, .positions = 128};

  plan::StepPlan embed, rope, qkv, head;
  embed.kind = plan::StepKind::Embed;
  embed.weights = {0};
  rope.kind = plan::StepKind::Rope;
  rope.rope.theta = 10000;
  qkv.kind = plan::StepKind::Linear;
  qkv.weights = {2};
  head.kind = plan::StepKind::RmsNorm;
  head.weights = {5};
  plan.decode.before = {{"embed", {embed}}};
  plan.decode.body = {{"project_qkv", {qkv, rope}}};
  plan.decode.after = {{"head", {head}}};
  return plan;
}

} // namespace weebill::tests

#endif // WEEBILL_TESTS_UNIT_CODEGEN_WEIGHTS_SMALLPLAN_H
