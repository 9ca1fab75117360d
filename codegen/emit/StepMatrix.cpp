//===- StepMatrix.cpp - Steps that multiply by a matrix -------------------===//
//
// Tested by tests/emitted/test_shapes.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/emit/StepText.h"

#include <stdexcept>

namespace weebill::emit {

std::string StepText::matrixStep(const plan::StepPlan &step) {
  const plan::Partition &p = partition(step);
  std::string text;
  std::string blocks = range(p, text);
  if (p.unitColumns != 16)
    blocks = "times(" + blocks + ", " +
             (dealsOutHeads(plan, p) ? "kHeadSize / 16" : std::to_string(p.unitColumns / 16)) + ")";
  if (step.weights.size() == 1)
    return text + "  " + matrixCall(step, step.weights.front(), blocks);
  for (size_t i = 0; i < step.weights.size(); ++i) { // each block has it in one of these formats
    const int index = step.weights[i];
    const bool last = i + 1 == step.weights.size();
    text += i ? "  else" : "";
    text += last ? "\n"
                 : std::string(i ? " if (" : "  if (") + weight(index) + "." +
                       plan.weights.at(index).format->arrays.front().name + ")\n";
    text += "    " + matrixCall(step, index, blocks);
  }
  return text;
}

std::string StepText::matrixCall(const plan::StepPlan &step, int index, const std::string &blocks) {
  const plan::WeightPlan &w = plan.weights.at(index);
  MatrixFunction function;
  function.format = w.format;
  function.columns = w.format->storedColumns(w.columns);
  function.use = step.kind == plan::StepKind::SwiGLU           ? MatrixUse::SwiGLU
                 : step.kind == plan::StepKind::GeGLU          ? MatrixUse::GeGLU
                 : step.kind == plan::StepKind::LinearResidual ? MatrixUse::Residual
                                                               : MatrixUse::Store;
  function.chunk = route == Route::Prefill;
  if (step.kind == plan::StepKind::LinearResidual &&
      (step.in.at(1).buffer != step.out.buffer || step.in.at(1).first != step.out.first))
    throw std::logic_error("the residual of " + step.role + " is not where the result goes");
  std::string name = kernels.matrix(function, step.role);

  std::string input = step.quantizedInput       ? buffer(step.in.at(0))
                      : route == Route::Prefill ? pointer(step.in.at(0), "0") // all rows, from the first
                                                : pointer(step.in.at(0));
  if (route != Route::Prefill)
    return name + "(" + weight(index) + ", " + input + ", " + blocks + ", " + pointer(step.out) + ");\n";
  parameters.insert(Parameter::Tokens);
  if (!step.quantizedInput)
    input += ", " + stride(step.in.at(0));
  return name + "(" + weight(index) + ", " + input + ", tokens, " + blocks + ", " + buffer(step.out) +
         (step.out.first ? " + " + std::to_string(step.out.first) : "") + ", " + stride(step.out) + ");\n";
}

} // namespace weebill::emit
