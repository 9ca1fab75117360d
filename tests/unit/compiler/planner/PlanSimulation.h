//===- PlanSimulation.h - Who touches which bytes, and when ------*- C++ -*-===//
//
// Runs a plan's steps on memory that holds, instead of numbers, who wrote each word and when. Written from ModelPlan.h
// alone: it shares no code with the passes that made the plan. Used by PlanRacesTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_TESTS_UNIT_COMPILER_PLANNER_PLANSIMULATION_H
#define WEEBILL_TESTS_UNIT_COMPILER_PLANNER_PLANSIMULATION_H

#include "codegen/plan/ModelPlan.h"

#include "mlir/IR/BuiltinOps.h"

#include <string>

namespace weebill::tests {

/// How a route is run.
struct Execution {
  bool prefill = false;
  int threads = 1;
  int tokens = 1; // at most the plan's chunk
};

/// The first thing that goes wrong, as a sentence; empty if nothing does:
///   - two threads touch a word in one phase, and one of them writes it;
///   - a step reads a word that the op which makes its operand has not written last;
///   - a step does not write all of its output;
///   - a private copy is read in another phase than the one that wrote it.
std::string simulate(mlir::ModuleOp module, const plan::ModelPlan &plan, const Execution &execution);

} // namespace weebill::tests

#endif // WEEBILL_TESTS_UNIT_COMPILER_PLANNER_PLANSIMULATION_H
