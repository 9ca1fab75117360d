//===- StepText.h - One step of the forward pass as C++ ----------*- C++ -*-===//
//
// A step becomes a few lines that call kernels on the rows, heads or tokens of one thread. The lines are the same idea
// in three routes: one token (decode), a chunk of tokens (prefill), and the last row of either (final norm and head).
// Tested by tests/emitted.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_EMIT_STEPTEXT_H
#define WEEBILL_CODEGEN_EMIT_STEPTEXT_H

#include "codegen/emit/KernelSection.h"
#include "codegen/emit/SizeNames.h"
#include "codegen/plan/ModelPlan.h"

#include <set>
#include <string>

namespace weebill {

enum class Route {
  Decode,  // one token, row 0 of every buffer
  Prefill, // rows 0 .. tokens - 1
  Last,    // row `token`: after the layers, in both
};

/// Parameters that a phase's function may take; it takes those that its steps name. In the order of the signature.
enum class Parameter { Model, Block, Cache, Ids, Position, Tokens, Token };

/// Prints steps and remembers what they needed.
class StepText {
public:
  StepText(const ModelPlan &plan, KernelSection &kernels, Route route) : plan(plan), kernels(kernels), route(route) {}

  /// The lines of a step, indented by two.
  std::string print(const StepPlan &step);

  const std::set<Parameter> &getParameters() const { return parameters; }
  bool usesOwn() const { return own; } // the thread's private buffers

private:
  std::string embed(const StepPlan &step);
  std::string norm(const StepPlan &step);
  std::string matrixStep(const StepPlan &step);
  std::string elementwise(const StepPlan &step);
  std::string bias(const StepPlan &step);
  std::string headNorm(const StepPlan &step);
  std::string rope(const StepPlan &step);
  /// `call` for each of this thread's units of a step that changes a slice in place, unit by unit.
  std::string forSlice(const StepPlan &step, const std::string &call);
  /// A view's part that belongs to the unit of that loop.
  std::string unitOf(const StepPlan &step, const View &view);
  std::string append(const StepPlan &step);
  std::string attention(const StepPlan &step);

  const Partition &partition(const StepPlan &step) const;
  bool isPrivate(const View &view) const;
  /// "s.x", "own.codes_model": the buffer, without any offset.
  std::string buffer(const View &view);
  /// The view's first element in the row that the route works on; `row` is the token's name in a chunk.
  std::string pointer(const View &view, const std::string &row = "token");
  /// "w.down", "model.embedding".
  std::string weight(int index);
  /// The name of this thread's part of `units`, an expression, declared in `text` when a phase asks for it first.
  std::string range(const std::string &units, const std::string &note, std::string &text);
  /// This thread's part of a Rows partition.
  std::string range(const Partition &partition, std::string &text);
  /// `line` for the one token of the route, or in a loop over all tokens of a chunk. Indented by `spaces`.
  std::string forTokens(const std::string &line, int spaces) const;
  /// The position of the row that the route works on.
  std::string position();
  std::string stride(const View &view) const { return columnsName(plan, plan.buffers.at(view.buffer)); }

  const ModelPlan &plan;
  KernelSection &kernels;
  Route route;
  std::set<Parameter> parameters;
  std::map<std::string, std::string> ranges; // units -> name, of this phase
  bool own = false;
};

} // namespace weebill

#endif // WEEBILL_CODEGEN_EMIT_STEPTEXT_H
