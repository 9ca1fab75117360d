//===- PrintPlan.cpp - The plan as text -----------------------------------===//
//
// One line for each weight, buffer and step. Tested by tests/lit/plan/fused.test.
//
//===----------------------------------------------------------------------===//

#include "codegen/plan/BlockKinds.h"
#include "codegen/plan/Contract.h"
#include "codegen/plan/Elements.h"
#include "codegen/plan/StepKinds.h"

#include <algorithm>
#include <cstdio>

namespace weebill::plan {

namespace {

std::string number(int64_t value) { return std::to_string(value); }

/// Shortest text that tells apart all floats of its type.
std::string decimal(double value, int digits) {
  char text[40];
  std::snprintf(text, sizeof text, "%.*g", digits, value);
  return text;
}
std::string decimal(float value) { return decimal(double(value), 9); }
std::string decimal(double value) { return decimal(value, 17); }

std::string padded(std::string text, size_t width) {
  text.append(text.size() < width ? width - text.size() : 0, ' ');
  return text;
}

//===----------------------------------------------------------------------===//
// Weights and buffers
//===----------------------------------------------------------------------===//

std::string printWeight(const WeightPlan &weight) {
  std::string text = "  " + padded(weight.name + " ", 16);
  if (!weight.format->isMatrix()) {
    text += "vector f32 " + number(weight.columns);
  } else {
    text += std::string("matrix ") + weight.format->name + " ";
    for (size_t part = 0; part < weight.partRows.size(); ++part)
      text += (part ? " + " : "") + number(weight.partRows[part]);
    text += " x " + number(weight.columns);
    if (weight.partRows.size() > 1)
      text += weight.arrangement == Arrangement::Stacked ? " stacked" : " alternating";
  }
  const int64_t blocks = int64_t(weight.sources.size()), copies = weight.copies();
  if (weight.perBlock)
    text += ", " + number(copies) + (copies < blocks ? " of " + number(blocks) : "") + " blocks";
  text += ", from";
  for (const std::string &source : weight.firstSources())
    text += " " + source;
  if (copies > 1) {
    text += " to";
    const auto last = std::find_if(weight.sources.rbegin(), weight.sources.rend(),
                                   [](const std::vector<std::string> &parts) { return !parts.empty(); });
    for (const std::string &source : *last)
      text += " " + source;
  }
  return text + "\n";
}

std::string printBuffer(const BufferPlan &buffer) {
  return "  " + padded(buffer.name, 16) + elementName(buffer.element) + (buffer.perToken ? " [tokens][" : " [") +
         number(buffer.columns) + "] at " + number(buffer.offset) +
         (buffer.privateInDecode ? ", private in decode" : "") + "\n";
}

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

std::string printPartition(const Partition &partition) {
  std::string units = number(partition.units) + " x " + number(partition.unitColumns) +
                      (partition.firstUnit ? " from " + number(partition.firstUnit) : "");
  switch (partition.share) {
  case Share::Columns:
    return "columns " + units;
  case Share::Heads:
    return "heads " + units;
  case Share::Tokens:
    return "tokens";
  case Share::Every:
    return "every thread";
  }
  return "?";
}

/// "qkv[576:768]", or the name alone if the view starts at 0 and fills the buffer but for its padding.
std::string printView(const ModelPlan &plan, const View &view) {
  const BufferPlan &buffer = plan.buffers[view.buffer];
  if (view.first == 0 && paddedColumns(view.columns) == buffer.columns)
    return buffer.name;
  return buffer.name + "[" + number(view.first) + ":" + number(view.first + view.columns) + "]";
}

/// ", windows of the blocks 512 512 0"; nothing for no numbers.
template <class T> std::string ofBlocks(const char *what, const std::vector<T> &numbers) {
  std::string text;
  for (size_t block = 0; block < numbers.size(); ++block)
    text += (block == 0 ? std::string(", ") + what + " of the blocks " : " ") + decimal(double(numbers[block]));
  return text;
}

std::string thetas(const RopeFrequencies &rope) {
  return ", theta " + decimal(rope.theta) + ofBlocks("thetas", rope.blockThetas);
}

std::string scaling(const RopeFrequencies &rope) {
  return rope.factor == 1
             ? ""
             : ", factor " + decimal(rope.factor) + " low " + decimal(rope.low) + " high " + decimal(rope.high) +
                   " context " + number(rope.context) + ofBlocks("factors", rope.blockFactors);
}

std::string printConstants(const StepPlan &step) {
  const unsigned constants = info(step.kind).constants;
  std::string text;
  if (constants & kHeads)
    text += ", " + number(step.heads) + " heads";
  if (constants & kRope)
    text += thetas(step.rope) + scaling(step.rope);
  if (constants & kEpsilon)
    text += ", epsilon " + decimal(step.epsilon);
  if (constants & kScale)
    text += ", scale " + decimal(step.scale) + ofBlocks("scales", step.blockScales);
  if (constants & kMixed)
    text += ", each " + number(step.mixed);
  if (constants & kSymmetric)
    text += step.symmetric ? ", symmetric" : step.groups ? ", in groups" : "";
  return text + ofBlocks("windows", step.blockWindows);
}

std::string printStep(const ModelPlan &plan, const StepPlan &step, const Partition &partition) {
  std::string text = "      " + padded(step.role, 24) + info(step.kind).name;
  for (int weight : step.weights)
    text += " " + plan.weights[weight].name;
  for (size_t i = 0; i < step.in.size(); ++i)
    text += (i ? ", " : " (") + printView(plan, step.in[i]);
  text += step.in.empty() ? "" : ")";
  text += info(step.kind).cache == CacheUse::Writes ? " -> cache" : " -> " + printView(plan, step.out);
  return text + printConstants(step) + "; " + printPartition(partition) + "\n";
}

std::string printPhases(const ModelPlan &plan, const char *section, const std::vector<PhasePlan> &phases,
                        Partition StepPlan::*partition) {
  std::string text = std::string("  ") + section + "\n";
  for (const PhasePlan &phase : phases) {
    const int64_t arm = armOf(phase);
    text += "    " + phase.name + (arm < 0 ? "" : ", arm " + number(arm)) + "\n";
    for (const StepPlan &step : phase.steps)
      text += printStep(plan, step, step.*partition);
  }
  return text;
}

std::string printRoute(const ModelPlan &plan, const char *name, const RoutePlan &route,
                       Partition StepPlan::*partition) {
  return std::string("\n") + name + "\n" + printPhases(plan, "before", route.before, partition) +
         printPhases(plan, "body", route.body, partition) + printPhases(plan, "after", route.after, partition);
}

} // namespace

std::string printPlan(const ModelPlan &plan) {
  const Sizes &sizes = plan.sizes;
  std::string text = "plan " + plan.name + " from " + plan.source + "\n";
  text += "sizes blocks " + number(sizes.blocks) + ", model " + number(sizes.model) + ", hidden " +
          number(sizes.hidden) + ", heads " + number(sizes.heads) + ", key_value_heads " + number(sizes.keyValueHeads) +
          ", head_size " + number(sizes.headSize) + ", vocabulary " + number(sizes.vocabulary) + ", context " +
          number(sizes.context) + "\nschedule";
  for (int64_t block : plan.schedule)
    text += " " + number(block);
  text += plan.blockArms.empty() ? "" : "\narms of the blocks";
  for (int64_t arm : plan.blockArms)
    text += " " + number(arm);
  text += std::string("\ncache ") + elementName(plan.cache.element) + ", " + number(plan.cache.visits) + " visits, " +
          number(plan.cache.positions) + " positions";
  if (plan.convolution.width != 0)
    text += "; rows of " + number(plan.convolution.columns) + " for convolutions over " +
            number(plan.convolution.width) + " tokens";
  text += "\n\nweights\n";
  for (const WeightPlan &weight : plan.weights)
    text += printWeight(weight);
  text += "\nbuffers for " + number(plan.chunk) + " tokens in " + number(plan.arenaBytes) + " bytes\n";
  for (const BufferPlan &buffer : plan.buffers)
    text += printBuffer(buffer);
  text += printRoute(plan, "decode", plan.decode, &StepPlan::decode);
  text += printRoute(plan, "prefill", plan.prefill, &StepPlan::prefill);
  text += "\nfused\n";
  for (const std::string &sentence : plan.fused)
    text += "  " + sentence + "\n";
  text += "not fused\n";
  for (const std::string &sentence : plan.notFused)
    text += "  " + sentence + "\n";
  return text;
}

} // namespace weebill::plan
