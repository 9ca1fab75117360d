//===- StepAttention.cpp - Steps of attention -----------------------------===//
//
// Biases, norms of heads, RoPE and the cache go head by head on the thread that computed the head; attention itself is
// shared out by key-value head, or half of one (one token), or by pairs of token and key-value head (chunk). Tested by
// tests/emitted/test_exact.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/emit/StepText.h"
#include "codegen/emit/Template.h"
#include "codegen/plan/HeadHalves.h"
#include "codegen/print/FloatLiteral.h"

namespace weebill::emit {

/// "for (i32 head = ...": this thread's units among [first, first + count).
static std::string forUnits(const std::string &mine, const plan::Partition &p, int64_t first, int64_t count,
                            const char *name) {
  std::string from = mine + ".from", to = mine + ".to";
  if (first > 0)
    from = "std::max(" + from + ", " + std::to_string(first) + ")";
  if (first + count < p.units)
    to = "std::min(" + to + ", " + std::to_string(first + count) + ")";
  std::string n = name;
  return "  for (i32 " + n + " = " + from + "; " + n + " < " + to + "; ++" + n + ")\n";
}

/// Offset of a unit's columns from the start of a view: units count from `first` in the view.
static std::string unitOffset(const plan::View &view, int64_t first, int64_t unitRows, const char *name,
                              std::string base) {
  int64_t shift = first * unitRows; // the view starts at unit `first`
  if (view.first >= shift && view.first - shift == 0)
    return base + " + " + std::to_string(unitRows) + " * " + name;
  return base + " + " + std::to_string(view.first) + " + " + std::to_string(unitRows) + " * (" + name + " - " +
         std::to_string(first) + ")";
}

/// What the loop over a slice calls its units.
static const char *unitName(const plan::ModelPlan &plan, const plan::Partition &p) {
  return p.unitRows == plan.sizes.headSize ? "head" : "unit";
}

std::string StepText::unitOf(const plan::StepPlan &step, const plan::View &view) {
  const plan::Partition &p = partition(step);
  plan::View whole = view;
  whole.first = 0;
  return unitOffset(view, p.firstUnit, p.unitRows, unitName(plan, p), pointer(whole));
}

std::string StepText::forSlice(const plan::StepPlan &step, const std::string &call) {
  const plan::Partition &p = partition(step);
  std::string text;
  std::string mine = range(p, text);
  if (route == Route::Prefill)
    parameters.insert(Parameter::Tokens);
  return text + forUnits(mine, p, p.firstUnit, step.out.columns / p.unitRows, unitName(plan, p)) + forTokens(call, 4);
}

std::string StepText::bias(const plan::StepPlan &step) {
  const plan::Partition &p = partition(step);
  std::string name = kernels.add(kernels::printAdd(p.unitRows, kernels.getTarget()), step.role);
  std::string unit = unitName(plan, p);
  std::string first = p.firstUnit ? "(" + unit + " - " + std::to_string(p.firstUnit) + ")" : unit;
  std::string bias = weight(step.weights.at(0)) + " + " + std::to_string(p.unitRows) + " * " + first;
  return forSlice(step,
                  name + "(" + unitOf(step, step.in.at(0)) + ", " + bias + ", " + unitOf(step, step.out) + ");\n");
}

std::string StepText::headNorm(const plan::StepPlan &step) {
  bool withGain = !step.weights.empty();
  std::string name =
      kernels.add(kernels::printHeadNorm(step.in.at(0).columns / step.heads, withGain, kernels.getTarget()), step.role);
  std::string gain = withGain ? weight(step.weights.at(0)) + ", " : "";
  return forSlice(step, name + "(" + unitOf(step, step.in.at(0)) + ", " + gain + print::floatLiteral(step.epsilon) +
                            ", " + print::floatLiteral(step.scale) + ", " + unitOf(step, step.out) + ");\n");
}

std::string StepText::rope(const plan::StepPlan &step) {
  int64_t headSize = step.in.at(0).columns / step.heads;
  std::string name = kernels.add(kernels::printRope(headSize, kernels.getTarget()), step.role);
  parameters.insert(Parameter::Model);
  std::string at = "i64{" + position() + "} * " + std::to_string(headSize / 2);
  return forSlice(step, name + "(" + unitOf(step, step.in.at(0)) + ", model.cosine + " + at + ", model.sine + " + at +
                            ", " + print::floatLiteral(step.scale) + ", " + unitOf(step, step.out) + ");\n");
}

std::string StepText::append(const plan::StepPlan &step) {
  const plan::Partition &p = partition(step);
  const plan::Sizes &sizes = plan.sizes;
  int64_t kv = sizes.keyValueHeads, headSize = sizes.headSize;
  const targets::Target &target = kernels.getTarget();
  std::string key = kernels.add(kernels::printAppendKey(headSize, plan.cache.element, target), step.role);
  std::string value = kernels.add(kernels::printAppendValue(headSize, plan.cache.element, target), step.role);
  parameters.insert(Parameter::Cache);
  if (route == Route::Prefill)
    parameters.insert(Parameter::Tokens);

  std::string text;
  std::string mine = range(p, text);
  const bool codes = plan.cache.element == plan::Element::I8;
  auto loop = [&](const plan::View &view, int64_t first, const std::string &kernel, const std::string &place) {
    plan::View whole = view;
    whole.first = 0;
    std::string head = first ? "head - " + std::to_string(first) : "head";
    std::string call = kernel + "(" + unitOffset(view, first, headSize, "head", pointer(whole)) + ", cache." + place +
                       "(" + head + ", " + position() + ")" +
                       (codes ? ", cache." + place + "_scales_of(" + head + ") + " + position() : "") + ");\n";
    text += forUnits(mine, p, first, kv, "head") + forTokens(call, 4);
  };
  // Values follow the keys in a fused matrix; apart they have matrices, and so partitions, of their own.
  bool fused = p.units > kv;
  loop(step.in.at(0), p.firstUnit, key, "key");
  loop(step.in.at(1), p.firstUnit + (fused ? kv : 0), value, "value");
  return text;
}

/// Of one token, when heads do not divide evenly among threads.
static const char *const kHalves = R"(  const i32 visible = $position + 1, blocks = (visible + 63) / 64;
  const auto score = [&](i32 group, f32 *scores, f32 *sums) {
    $scores($query, cache.keys_of(group)$key_scales, visible, blocks, kCachePositions,
        scores, scores, sums);
  };
  const auto add_values = [&](i32 group, const f32 *scores, const f32 *sums) {
    $values(scores, sums, cache.values_of(group)$value_scales, blocks, kCachePositions,
        $out);
  };
  // A head has two halves, its scores and its values. Dealt out in halves, the thread with most may have one less than
  // twice the heads; worth a barrier when there is much to read.
  const i32 most = ($halves + me.count - 1) / me.count;
  if (visible < $long || most == 1 || most % 2 == 0) {
    for (i32 group = $mine.from; group < $mine.to; ++group) {
      score(group, own.scores, own.sums);
      add_values(group, own.scores, own.sums);
    }
    return;
  }
  const Range halves = share($halves, me);
  const bool takes_over = halves.from % 2 == 1, hands_over = halves.to % 2 == 1;
  const Range whole = {(halves.from + 1) / 2, halves.to / 2};
  if (hands_over)
    score(whole.to, own.handed_scores, own.handed_sums);
  for (i32 group = whole.from; group < whole.to; ++group) {
    score(group, own.scores, own.sums);
    if (takes_over || group + 1 < whole.to) // everybody has values left for the time behind the barrier
      add_values(group, own.scores, own.sums);
  }
  me.wait();
  if (takes_over)
    add_values(halves.from / 2, s.scratch[me.index - 1].handed_scores, s.scratch[me.index - 1].handed_sums);
  else if (whole.from < whole.to)
    add_values(whole.to - 1, own.scores, own.sums);
)";

std::string StepText::attention(const plan::StepPlan &step) {
  const plan::Sizes &sizes = plan.sizes;
  int64_t kv = sizes.keyValueHeads, groupHeads = sizes.heads / kv, width = groupHeads * sizes.headSize;
  kernels::AttentionShape shape;
  shape.groupHeads = groupHeads;
  shape.headSize = sizes.headSize;
  shape.cache = plan.cache.element;
  const targets::Target &target = kernels.getTarget();
  std::string scores = kernels.add(kernels::printAttentionScores(shape, target), step.role);
  std::string values = kernels.add(kernels::printAttentionValues(shape, target), step.role);
  const bool codes = shape.cache == plan::Element::I8;
  parameters.insert(Parameter::Cache);
  own = true;
  Values names = {{"scores", scores},
                  {"values", values},
                  {"query", pointer(step.in.at(0)) + " + " + std::to_string(width) + " * group"},
                  {"out", pointer(step.out) + " + " + std::to_string(width) + " * group"},
                  {"kv", std::to_string(kv)},
                  {"key_scales", codes ? ", cache.key_scales_of(group)" : ""},
                  {"value_scales", codes ? ", cache.value_scales_of(group)" : ""},
                  {"position", position()}};
  const char *body = R"(    const i32 visible = $position + 1, blocks = (visible + 63) / 64;
    $scores($query, cache.keys_of(group)$key_scales, visible, blocks, kCachePositions,
        own.scores, own.scores, own.sums);
    $values(own.scores, own.sums, cache.values_of(group)$value_scales, blocks, kCachePositions,
        $out);
  }
)";
  if (route == Route::Prefill) {
    parameters.insert(Parameter::Tokens);
    return fill(std::string(R"(  // Later tokens see more positions: dealt out in turn, every thread gets as much.
  for (i32 unit = me.index; unit < tokens * $kv; unit += me.count) {
    const i32 token = unit / $kv, group = unit % $kv;
)") + body,
                names);
  }
  std::string text;
  names["mine"] = range(std::to_string(kv), "key-value heads", text);
  if (!plan::dealsOutHalves(plan))
    return text + fill(std::string("  for (i32 group = $mine.from; group < $mine.to; ++group) {\n") + body, names);
  names["halves"] = std::to_string(2 * kv);
  names["long"] = std::to_string(plan::kHalvesFrom);
  return text + fill(kHalves, names);
}

} // namespace weebill::emit
