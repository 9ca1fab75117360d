//===- DeepAndThinPlan.h - A plan of MobileLLM-125M's shape ------*- C++ -*-===//
//
// What the passes make of a standard quantized block: five phases for one token. The shape is a parameter so that a
// test can ask for blocks that are shared. Used by the tests of this folder.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_TESTS_UNIT_CODEGEN_REPORT_DEEPANDTHINPLAN_H
#define WEEBILL_TESTS_UNIT_CODEGEN_REPORT_DEEPANDTHINPLAN_H

#include "codegen/formats/Formats.h"
#include "codegen/plan/ModelPlan.h"

#include <utility>

namespace weebill::tests {

class DeepAndThinPlan {
public:
  explicit DeepAndThinPlan(std::vector<int64_t> schedule, int64_t blocks) {
    plan.name = "smollm2-135m";
    plan.source = "SmolLM2-135M-Instruct.Q4_1.gguf";
    plan.sizes = {.blocks = blocks,
                  .model = 576,
                  .hidden = 1536,
                  .heads = 9,
                  .keyValueHeads = 3,
                  .headSize = 64,
                  .vocabulary = 49152,
                  .context = 2048};
    plan.schedule = std::move(schedule);
    plan.cache = {.element = plan::Element::F16, .visits = int64_t(plan.schedule.size()), .positions = 2048};
    addWeights();
    addBuffers();
    plan.decode = route(true);
    plan.prefill = route(false);
    plan.fused = {"query, key and value are rows of one matrix", "gate, up, silu and their product are one kernel"};
    plan.notFused = {"quantization is a step of its own, because a row's range needs the whole row: down"};
  }

  plan::ModelPlan plan;

private:
  enum Weight { Embedding, AttentionNorm, Qkv, AttentionOut, FfnNorm, GateUp, Down, OutputNorm };
  enum Buffer { X, QkvRows, Mixed, Hidden, CodesModel, CodesHidden, CodesHead, Logits };

  void addWeights() {
    const auto add = [&](const char *name, const formats::WeightFormat &format, int64_t columns,
                         std::vector<int64_t> partRows, bool perBlock,
                         plan::Arrangement arrangement = plan::Arrangement::Stacked) {
      plan::WeightPlan weight;
      weight.name = name;
      weight.format = &format;
      weight.columns = columns;
      weight.partRows = std::move(partRows);
      weight.perBlock = perBlock;
      weight.arrangement = arrangement;
      for (int64_t block = 0; block < (perBlock ? plan.sizes.blocks : 1); ++block) {
        weight.sources.emplace_back();
        for (size_t part = 0; part < weight.partRows.size(); ++part)
          weight.sources.back().push_back((perBlock ? "blk." + std::to_string(block) + "." : std::string()) + name +
                                          "." + std::to_string(part) + ".weight");
      }
      plan.weights.push_back(weight);
    };
    const formats::WeightFormat &codes = formats::kMatrixInt8, &vector = formats::kVector;
    add("embedding", codes, 576, {49152}, false);
    add("attention_norm", vector, 576, {1}, true);
    add("qkv", codes, 576, {576, 192, 192}, true);
    add("attention_out", codes, 576, {576}, true);
    add("ffn_norm", vector, 576, {1}, true);
    add("gate_up", codes, 576, {1536, 1536}, true, plan::Arrangement::AlternatingBlocks);
    add("down", codes, 1536, {576}, true);
    add("output_norm", vector, 576, {1}, false);
  }

  void addBuffers() {
    const auto add = [&](const char *name, plan::Element element, int64_t columns, int64_t offset, bool privateInDecode,
                         bool perToken) {
      plan::BufferPlan buffer;
      buffer.name = name;
      buffer.element = element;
      buffer.columns = columns;
      buffer.privateInDecode = privateInDecode;
      buffer.perToken = perToken;
      buffer.offset = offset;
      plan.buffers.push_back(buffer);
      plan.arenaBytes = std::max(plan.arenaBytes, offset + buffer.bytes(plan.chunk));
    };
    plan.chunk = 64;
    const int64_t afterX = 64 * 576 * 4, afterQkv = afterX + 64 * 960 * 4, afterHidden = afterX + 64 * 1536 * 4;
    add("x", plan::Element::F32, 576, 0, false, true);
    add("qkv", plan::Element::F32, 960, afterX, false, true);
    add("mixed", plan::Element::F32, 576, afterQkv, false, true);
    add("hidden", plan::Element::F32, 1536, afterX, false, true); // where queries, keys and values were
    add("codes_model", plan::Element::U8, 576, afterHidden, true, true);
    add("codes_hidden", plan::Element::U8, 1536, afterHidden, true, true);
    add("codes_head", plan::Element::U8, 576, afterX + 49152 * 4, true, false);
    add("logits", plan::Element::F32, 49152, afterX, false, false);
  }

  static plan::StepPlan step(plan::StepKind kind, const char *role, std::vector<plan::View> in, plan::View out,
                             std::vector<int> weights, plan::Partition partition) {
    plan::StepPlan result;
    result.kind = kind;
    result.role = role;
    result.in = std::move(in);
    result.out = out;
    result.weights = std::move(weights);
    result.decode = result.prefill = partition;
    if (partition.share == plan::Share::Every)
      result.prefill.share = plan::Share::Tokens;
    return result;
  }

  plan::RoutePlan route(bool decode) const {
    const plan::View x{X, 0, 576}, codes{CodesModel, 0, 576};
    const plan::Partition every{plan::Share::Every, 0, 0, 0};
    const auto rows = [](int64_t units, int64_t first = 0, int64_t unitColumns = 16) {
      return plan::Partition{plan::Share::Columns, units, first, unitColumns};
    };
    plan::StepPlan queries =
        step(plan::StepKind::Rope, "rope_query", {{QkvRows, 0, 576}}, {QkvRows, 0, 576}, {}, rows(15, 0, 64));
    plan::StepPlan keys =
        step(plan::StepKind::Rope, "rope_key", {{QkvRows, 576, 192}}, {QkvRows, 576, 192}, {}, rows(15, 9, 64));
    queries.heads = 9;
    keys.heads = 3;
    plan::StepPlan attention = step(plan::StepKind::Attention, "attention", {{QkvRows, 0, 576}}, {Mixed, 0, 576}, {},
                                    {plan::Share::Heads, 3, 0, 192});
    attention.heads = 9;

    using K = plan::StepKind;
    const std::vector<std::pair<const char *, std::vector<plan::StepPlan>>> groups = {
        {"attention_norm", {step(K::RmsNormQuantize, "attention_norm", {x}, codes, {AttentionNorm}, every)}},
        {"project_qkv",
         {step(K::Linear, "qkv", {codes}, {QkvRows, 0, 960}, {Qkv}, rows(15, 0, 64)), queries, keys,
          step(K::CacheAppend, "cache_append", {{QkvRows, 576, 192}, {QkvRows, 768, 192}}, {}, {}, rows(15, 9, 64))}},
        {"attend", {attention}},
        {"attention_codes", {step(K::Quantize, "attention_codes", {{Mixed, 0, 576}}, codes, {}, every)}},
        {"attention_out_residual", {step(K::LinearResidual, "attention_out", {codes, x}, x, {AttentionOut}, rows(36))}},
        {"ffn_norm", {step(K::RmsNormQuantize, "ffn_norm", {x}, codes, {FfnNorm}, every)}},
        {"gate_up_swiglu", {step(K::SwiGLU, "gate_up", {codes}, {Hidden, 0, 1536}, {GateUp}, rows(96))}},
        {"gate_up_codes", {step(K::Quantize, "gate_up_codes", {{Hidden, 0, 1536}}, {CodesHidden, 0, 1536}, {}, every)}},
        {"down_residual", {step(K::LinearResidual, "down", {{CodesHidden, 0, 1536}, x}, x, {Down}, rows(36))}},
    };
    plan::RoutePlan route;
    route.before = {{"embed", {step(K::Embed, "embedding", {}, x, {Embedding}, rows(36))}}};
    // One token: rows are quantized by every thread, in the phase that needs them.
    bool joins = false;
    for (const auto &[name, steps] : groups) {
      if (!joins)
        route.body.push_back({name, {}});
      plan::PhasePlan &phase = route.body.back();
      phase.name = name;
      phase.steps.insert(phase.steps.end(), steps.begin(), steps.end());
      joins = decode && steps.front().decode.share == plan::Share::Every;
    }
    plan::StepPlan norm = step(K::RmsNormQuantize, "output_norm", {x}, {CodesHead, 0, 576}, {OutputNorm}, every);
    norm.prefill = norm.decode;
    route.after = {
        {"head", {norm, step(K::Linear, "head", {{CodesHead, 0, 576}}, {Logits, 0, 49152}, {Embedding}, rows(3072))}}};
    return route;
  }
};

/// 30 blocks, each visited once.
inline plan::ModelPlan deepAndThinPlan() {
  std::vector<int64_t> schedule(30);
  for (int64_t visit = 0; visit < 30; ++visit)
    schedule[visit] = visit;
  return DeepAndThinPlan(schedule, 30).plan;
}

/// 15 blocks, each visited twice in a row.
inline plan::ModelPlan sharedPlan() {
  std::vector<int64_t> schedule(30);
  for (int64_t visit = 0; visit < 30; ++visit)
    schedule[visit] = visit / 2;
  return DeepAndThinPlan(schedule, 15).plan;
}

} // namespace weebill::tests

#endif // WEEBILL_TESTS_UNIT_CODEGEN_REPORT_DEEPANDTHINPLAN_H
