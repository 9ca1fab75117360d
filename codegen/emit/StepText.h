//===- StepText.h - One step of the forward pass as C++ ----------*- C++ -*-===//
//
// A step becomes a few lines that call kernels on the rows, heads or tokens of one thread. The lines are the same idea
// in three routes: one token (decode), a chunk of tokens (prefill), and the last row of either (final norm and head).
// Tested by tests/emitted/test_exact.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_EMIT_STEPTEXT_H
#define WEEBILL_CODEGEN_EMIT_STEPTEXT_H

#include "codegen/emit/KernelSection.h"
#include "codegen/emit/SizeNames.h"
#include "codegen/plan/ModelPlan.h"

#include <set>
#include <string>

namespace weebill::emit {

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
  StepText(const plan::ModelPlan &plan, KernelSection &kernels, Route route)
      : plan(plan), kernels(kernels), route(route) {}

  /// The lines of a step, indented by two.
  std::string print(const plan::StepPlan &step);

  const std::set<Parameter> &getParameters() const { return parameters; }
  bool usesOwn() const { return own; } // the thread's private buffers

private:
  std::string embed(const plan::StepPlan &step);
  std::string rowStep(const plan::StepPlan &step);
  std::string matrixStep(const plan::StepPlan &step);
  std::string matrixCall(const plan::StepPlan &step, int index, const std::string &blocks);
  std::string elementwise(const plan::StepPlan &step);
  std::string bias(const plan::StepPlan &step);
  /// What Rope and HeadNorm multiply their result by: a number, or the block's own.
  std::string scaleOf(const plan::StepPlan &step);
  std::string headNorm(const plan::StepPlan &step);
  std::string rope(const plan::StepPlan &step);
  /// `call` for each of this thread's units of a step that changes a slice in place, unit by unit.
  std::string forSlice(const plan::StepPlan &step, const std::string &call);
  /// A view's part that belongs to the unit of that loop.
  std::string unitOf(const plan::StepPlan &step, const plan::View &view);
  std::string append(const plan::StepPlan &step);
  std::string inRoom(const std::string &position) const;
  std::string attention(const plan::StepPlan &step);
  std::string convolution(const plan::StepPlan &step);

  const plan::Partition &partition(const plan::StepPlan &step) const;
  bool isPrivate(const plan::View &view) const;
  /// "s.x", "own.codes_model": the buffer, without any offset.
  std::string buffer(const plan::View &view);
  /// The view's first element in the row that the route works on; `row` is the token's name in a chunk.
  std::string pointer(const plan::View &view, const std::string &row = "token");
  /// "w.down", "model.embedding".
  std::string weight(int index);
  /// The name of this thread's part of `units`, an expression, declared in `text` when a phase asks for it first.
  std::string range(const std::string &units, const std::string &note, std::string &text);
  /// This thread's part of a Rows partition.
  std::string range(const plan::Partition &partition, std::string &text);
  /// `line` for the one token of the route, or in a loop over all tokens of a chunk. Indented by `spaces`.
  std::string forTokens(const std::string &line, int spaces) const;
  /// The position of the row that the route works on.
  std::string position();
  std::string stride(const plan::View &view) const { return columnsName(plan, plan.buffers.at(view.buffer)); }

  const plan::ModelPlan &plan;
  KernelSection &kernels;
  Route route;
  std::set<Parameter> parameters;
  std::map<std::string, std::string> ranges; // units -> name, of this phase
  bool own = false;
};

} // namespace weebill::emit

#endif // WEEBILL_CODEGEN_EMIT_STEPTEXT_H
