//===- StepAttention.cpp - Steps of attention -----------------------------===//
//
// Biases, norms of heads, RoPE and the cache go head by head on the thread that computed the head; attention itself is
// shared out by key-value head, or half of one (one token), or by pairs of token and key-value head (chunk). Tested by
// tests/emitted/test_exact.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/emit/BlockNumbers.h"
#include "codegen/emit/StepText.h"
#include "codegen/emit/Template.h"
#include "codegen/plan/CacheRooms.h"
#include "codegen/plan/HeadHalves.h"
#include "codegen/print/FloatLiteral.h"
#include "codegen/weights/RopeTables.h"

namespace weebill::emit {

/// "for (i32 head = ...": this thread's units among [first, first + count).
static std::string forUnits(const plan::ModelPlan &plan, const std::string &mine, const plan::Partition &p,
                            int64_t first, int64_t count, const char *name) {
  const auto unit = [&](int64_t number) {
    return dealsOutHeads(plan, p) ? headName(plan, number) : std::to_string(number);
  };
  std::string from = mine + ".from", to = mine + ".to";
  if (first > 0)
    from = "std::max(" + from + ", " + unit(first) + ")";
  if (first + count < p.units)
    to = "std::min(" + to + ", " + unit(first + count) + ")";
  std::string n = name;
  return "  for (i32 " + n + " = " + from + "; " + n + " < " + to + "; ++" + n + ")\n";
}

/// Offset of a unit's columns from the start of a view: units count from `first` in the view.
static std::string unitOffset(const plan::ModelPlan &plan, const plan::View &view, int64_t first, int64_t unitColumns,
                              const char *name, std::string base) {
  const std::string rows = unitColumnsName(plan, unitColumns);
  if (view.first == first * unitColumns) // the view starts at unit `first`
    return base + " + " + rows + " * " + name;
  return base + " + " + std::to_string(view.first) + " + " + rows + " * (" + name + " - " + std::to_string(first) + ")";
}

/// "head - kHeads", "head - (kHeads + kKeyValueHeads)".
static std::string minus(const std::string &unit, const std::string &before) {
  return unit + " - " + (before.find(' ') == before.npos ? before : "(" + before + ")");
}

/// What the loop over a slice calls its units.
static const char *unitName(const plan::ModelPlan &plan, const plan::Partition &p) {
  return p.unitColumns == plan.sizes.headSize ? "head" : "unit";
}

std::string StepText::unitOf(const plan::StepPlan &step, const plan::View &view) {
  const plan::Partition &p = partition(step);
  plan::View whole = view;
  whole.first = 0;
  return unitOffset(plan, view, p.firstUnit, p.unitColumns, unitName(plan, p), pointer(whole));
}

std::string StepText::forSlice(const plan::StepPlan &step, const std::string &call) {
  const plan::Partition &p = partition(step);
  std::string text;
  std::string mine = range(p, text);
  if (route == Route::Prefill)
    parameters.insert(Parameter::Tokens);
  return text +
         forUnits(plan, mine, p, p.firstUnit, (step.out.columns + p.unitColumns - 1) / p.unitColumns,
                  unitName(plan, p)) +
         forTokens(call, 4);
}

std::string StepText::bias(const plan::StepPlan &step) {
  const plan::Partition &p = partition(step);
  std::string name = kernels.add(kernels::printAdd(p.unitColumns, kernels.getTarget()), step.role);
  std::string unit = unitName(plan, p);
  const std::string before = dealsOutHeads(plan, p) ? headName(plan, p.firstUnit) : std::to_string(p.firstUnit);
  std::string first = p.firstUnit ? minus(unit, before) : unit;
  std::string bias = weight(step.weights.at(0)) + " + " + unitColumnsName(plan, p.unitColumns) + " * " +
                     (p.firstUnit ? "(" + first + ")" : first);
  return forSlice(step,
                  name + "(" + unitOf(step, step.in.at(0)) + ", " + bias + ", " + unitOf(step, step.out) + ");\n");
}

std::string StepText::scaleOf(const plan::StepPlan &step) {
  if (step.blockScales.empty())
    return scaleName(plan, step.scale);
  parameters.insert(Parameter::Block);
  return "w." + scaleField(step);
}

std::string StepText::headNorm(const plan::StepPlan &step) {
  bool withGain = !step.weights.empty();
  std::string name =
      kernels.add(kernels::printHeadNorm(step.in.at(0).columns / step.heads, withGain, kernels.getTarget()), step.role);
  std::string gain = withGain ? weight(step.weights.at(0)) + ", " : "";
  return forSlice(step, name + "(" + unitOf(step, step.in.at(0)) + ", " + gain + print::floatLiteral(step.epsilon) +
                            ", " + scaleOf(step) + ", " + unitOf(step, step.out) + ");\n");
}

std::string StepText::rope(const plan::StepPlan &step) {
  int64_t headSize = step.in.at(0).columns / step.heads;
  std::string name = kernels.add(kernels::printRope(headSize, kernels.getTarget()), step.role);
  const bool perBlock = !weights::ropeTableOfBlocks(step.rope).empty();
  parameters.insert(perBlock ? Parameter::Block : Parameter::Model);
  const std::string table = perBlock ? "w." : "model.";
  std::string at = "i64{" + position() + "} * " + "(kHeadSize / 2)";
  return forSlice(step, name + "(" + unitOf(step, step.in.at(0)) + ", " + table + "cosine + " + at + ", " + table +
                            "sine + " + at + ", " + scaleOf(step) + ", " + unitOf(step, step.out) + ");\n");
}

/// A position's place in a cache: "position", or "position - cache.room.first".
std::string StepText::inRoom(const std::string &position) const {
  return plan::cacheRooms(plan).step == 0 ? position : position + " - cache.room.first";
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
  const auto row = [&](const plan::View &view, int64_t first) { // of a head
    plan::View whole = view;
    whole.first = 0;
    return unitOffset(plan, view, first, headSize, "head", pointer(whole));
  };
  auto loop = [&](const plan::View &view, int64_t first, const std::string &kernel, const std::string &place) {
    const std::string before = dealsOutHeads(plan, p) ? headName(plan, first) : std::to_string(first);
    std::string head = first ? minus("head", before) : "head";
    std::string call = kernel + "(" + row(view, first) + ", cache." + place + "(" + head + ", " + position() + ")" +
                       (codes ? ", cache." + place + "_scales_of(" + head + ") + " + inRoom(position()) : "") + ");\n";
    text += forUnits(plan, mine, p, first, kv, "head") + forTokens(call, 4);
  };
  if (codes) // queries are mixed where they meet the keys
    text += forUnits(plan, mine, p, p.firstUnit, kv, "head") +
            forTokens(kernels.add(kernels::printMixHeads(1, headSize, target), step.role) + "(" +
                          row(step.in.at(0), p.firstUnit) + ");\n",
                      4);
  // Values follow the keys in a fused matrix; apart they have matrices, and so partitions, of their own.
  bool fused = p.units > kv;
  loop(step.in.at(0), p.firstUnit, key, "key");
  loop(step.in.at(1), p.firstUnit + (fused ? kv : 0), value, "value");
  return text;
}

/// Of one token, when heads do not divide evenly among threads (runtime/head_halves.h).
static const char *const kHalves = R"($seen
  const auto score = [&](i32 group, f32 *scores, f32 *sums) {$mix
    $scores($query, $keys, $visible, blocks, kCachePositions, scores, scores, sums);
  };
  const auto add_values = [&](i32 group, const f32 *scores, const f32 *sums) {
    $values(scores, sums, $cached_values, blocks, kCachePositions, $out);
  };
  attend_heads(visible, s, me, score, add_values);
)";

std::string StepText::attention(const plan::StepPlan &step) {
  const plan::Sizes &sizes = plan.sizes;
  int64_t kv = sizes.keyValueHeads, groupHeads = sizes.heads / kv;
  kernels::AttentionShape shape;
  shape.groupHeads = groupHeads;
  shape.headSize = sizes.headSize;
  shape.cache = plan.cache.element;
  shape.windowed = !step.blockWindows.empty();
  const targets::Target &target = kernels.getTarget();
  std::string scores = kernels.add(kernels::printAttentionScores(shape, target), step.role);
  std::string values = kernels.add(kernels::printAttentionValues(shape, target), step.role);
  const bool codes = shape.cache == plan::Element::I8;
  const std::string query = pointer(step.in.at(0)) + " + kGroupColumns * group";
  const std::string mix =
      codes ? kernels.add(kernels::printMixHeads(groupHeads, sizes.headSize, target), step.role) : "";
  parameters.insert(Parameter::Cache);
  if (shape.windowed)
    parameters.insert(Parameter::Block);
  // The first block of 64 positions that is not behind the window of the block: keys and values begin there.
  const std::string shift = shape.windowed ? " + i64{" + inRoom("base") + "} * kHeadSize" : "",
                    scalesShift = shape.windowed ? " + " + inRoom("base") : "";
  Values names = {
      {"scores", scores},
      {"values", values},
      {"query", query},
      {"mix", codes ? "\n    " + mix + "(" + query + ");" : ""},
      {"out", pointer(step.out) + " + kGroupColumns * group"},
      {"keys", "cache.keys_of(group)" + shift + (codes ? ", cache.key_scales_of(group)" + scalesShift : "")},
      {"cached_values",
       "cache.values_of(group)" + shift + (codes ? ", cache.value_scales_of(group)" + scalesShift : "")},
      {"visible", shape.windowed ? "visible, first - base" : "visible"}};
  const std::string indent = route == Route::Decode && plan::dealsOutHalves(plan) ? "  " : "    ";
  names["seen"] = shape.windowed
                      ? indent + "const i32 first = std::max(" + position() +
                            " + 1 - w.window, 0), base = first / 64 * 64;\n" + indent +
                            "const i32 visible = " + position() + " + 1 - base, blocks = (visible + 63) / 64;"
                      : indent + "const i32 visible = " + position() + " + 1, blocks = (visible + 63) / 64;";
  const char *body = R"($seen$mix
    $scores($query, $keys, $visible, blocks, kCachePositions, own.scores, own.scores, own.sums);
    $values(own.scores, own.sums, $cached_values, blocks, kCachePositions, $out);
  }
)";
  if (route == Route::Prefill) {
    own = true;
    parameters.insert(Parameter::Tokens);
    return fill(std::string(R"(  // Later tokens see more positions: dealt out in turn, every thread gets as much.
  for (i32 unit = me.index; unit < tokens * kKeyValueHeads; unit += me.count) {
    const i32 token = unit / kKeyValueHeads, group = unit % kKeyValueHeads;
)") + body,
                names);
  }
  if (plan::dealsOutHalves(plan))
    return fill(kHalves, names);
  own = true;
  std::string text;
  names["mine"] = range("kKeyValueHeads", "key-value heads", text);
  return text + fill(std::string("  for (i32 group = $mine.from; group < $mine.to; ++group) {\n") + body, names);
}

} // namespace weebill::emit
