//===- EmitLayer.cpp - Phases, layer and head in both routes --------------===//
//
// A phase becomes a function, a layer the list of its phases with a barrier after each. Tested by
// tests/emitted/test_exact.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/emit/Sections.h"
#include "codegen/emit/StepText.h"
#include "codegen/emit/Template.h"
#include "codegen/plan/BlockKinds.h"
#include "codegen/plan/HeadHalves.h"
#include "codegen/plan/StepKinds.h"

#include <algorithm>

namespace weebill::emit {

namespace {

struct PrintedPhase {
  std::string name;
  std::set<Parameter> parameters;
  std::string text;
};

} // namespace

static std::string declaration(Parameter parameter) {
  switch (parameter) {
  case Parameter::Model:
    return "const Weights &model";
  case Parameter::Block:
    return "const BlockWeights &w";
  case Parameter::Cache:
    return "const Cache &cache";
  case Parameter::Ids:
    return "const i32 *ids";
  case Parameter::Position:
    return "i32 position";
  case Parameter::Tokens:
    return "i32 tokens";
  case Parameter::Token:
    return "i32 token";
  }
  return "";
}

/// The parameter's name: the last word of its declaration.
static std::string nameOf(Parameter parameter) {
  std::string text = declaration(parameter);
  return text.substr(text.find_last_of(" &*") + 1);
}

static std::string signature(const std::set<Parameter> &parameters) {
  std::string text;
  for (Parameter p : parameters)
    text += declaration(p) + ", ";
  return text + "State &s, Worker &me";
}

/// With the worker called so.
static std::string arguments(const std::set<Parameter> &parameters, const std::string &worker) {
  std::string text;
  for (Parameter p : parameters)
    text += nameOf(p) + ", ";
  return text + "s, " + worker;
}

/// Whether its workers wait for each other in the middle of it.
static bool hasBarrier(const plan::ModelPlan &plan, const plan::PhasePlan &phase, Route route) {
  return route == Route::Decode && plan::dealsOutHalves(plan) &&
         std::any_of(phase.steps.begin(), phase.steps.end(),
                     [](const plan::StepPlan &step) { return step.kind == plan::StepKind::Attention; });
}

/// "Norm and quantize, multiply by qkv, ...": the phase in a sentence.
static std::string sentence(const plan::PhasePlan &phase) {
  std::string text;
  for (const plan::StepPlan &step : phase.steps)
    text += (text.empty() ? "" : ", ") + plan::commentOf(step);
  if (!text.empty())
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text + ".";
}

static PrintedPhase printPhase(const plan::ModelPlan &plan, const plan::PhasePlan &phase, Route route,
                               KernelSection &kernels) {
  StepText steps(plan, kernels, route);
  std::string body;
  for (const plan::StepPlan &step : phase.steps) {
    body += steps.print(step);
  }
  PrintedPhase printed{phase.name, steps.getParameters(), ""};
  printed.text = comment(sentence(phase)) + "inline void " + phase.name + "(" + signature(printed.parameters) + ") {\n";
  if (steps.usesOwn())
    printed.text += "  Scratch &own = s.scratch[me.thread];\n";
  printed.text = wrapped(printed.text + body + "}\n\n");
  return printed;
}

/// Phases one after another and a function that calls them.
static std::string printPhases(const plan::ModelPlan &plan, const std::vector<plan::PhasePlan> &phases, Route route,
                               KernelSection &kernels, const std::string &name, const std::string &why,
                               std::set<Parameter> parameters) {
  std::string text, calls;
  int64_t arm = -1;
  const auto enter = [&](int64_t next) { // steps of one kind of block stand in a condition
    if (next != arm && arm >= 0)
      calls += next < 0 ? "  }\n" : "  } else {\n";
    else if (next != arm)
      calls += "  if (w.arm == " + std::to_string(next) + ") {\n";
    arm = next;
  };
  for (const plan::PhasePlan &phase : phases) {
    enter(plan::armOf(phase));
    const std::string in(arm < 0 ? 2 : 4, ' ');
    PrintedPhase printed = printPhase(plan, phase, route, kernels);
    text += printed.text;
    if (hasBarrier(plan, phase, route))
      calls += in + printed.name + "(" + arguments(printed.parameters, "me") + ");\n";
    else
      calls +=
          in + "me.each([&](Worker &part) { " + printed.name + "(" + arguments(printed.parameters, "part") + "); });\n";
    calls += in + "me.wait();\n";
  }
  enter(-1);
  std::string unused; // a route takes what any model may need; not every model needs all
  for (Parameter p : parameters)
    if (text.find(nameOf(p)) == text.npos || calls.find(nameOf(p)) == calls.npos)
      unused += "  static_cast<void>(" + nameOf(p) + ");\n";
  return text + comment(why) +
         wrapped("inline void " + name + "(" + signature(parameters) + ") {\n" + unused + calls + "}\n");
}

std::string layerSection(const plan::ModelPlan &plan, KernelSection &kernels) {
  using P = Parameter;
  std::string phases = plan::phasesOfVisit(plan.decode.body);
  std::string text = "namespace decode { // one token\n\n";
  text += printPhases(plan, plan.decode.before, Route::Decode, kernels, "enter",
                      "From the token's id to the residual stream.", {P::Model, P::Ids});
  text += "\n";
  text += printPhases(plan, plan.decode.body, Route::Decode, kernels, "layer",
                      "One visit of a block, run by every thread on its own share: " + phases +
                          " phases, a barrier after each. `cache` belongs to the visit, `w` to the block: a shared "
                          "block is visited more than "
                          "once.",
                      {P::Model, P::Block, P::Cache, P::Position});
  text += "\n} // namespace decode\n\nnamespace prefill { // up to kChunk tokens at once; the same arithmetic, the "
          "same bits\n\n";
  text += printPhases(plan, plan.prefill.before, Route::Prefill, kernels, "enter",
                      "From the tokens' ids to the residual stream.", {P::Model, P::Ids, P::Tokens});
  text += "\n";
  text += printPhases(plan, plan.prefill.body, Route::Prefill, kernels, "layer",
                      "One visit of a block; the first token is at `position`.",
                      {P::Model, P::Block, P::Cache, P::Position, P::Tokens});
  text += "\n} // namespace prefill\n\n";
  text += printPhases(plan, plan.decode.after, Route::Last, kernels, "leave",
                      "From the residual stream of one token to its logits.", {P::Model, P::Token});
  return text;
}

} // namespace weebill::emit
