//===- ElementWise.cpp - Activations, products and sums of rows -----------===//
//
// For programs that were not fused, and for rows that are scaled. Tested by
// tests/unit/codegen/kernels/RowKernelsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/KernelText.h"

using namespace Halide;

namespace weebill::kernels {

namespace {

/// y = value, of one element for each of `inputs` and of `number`, if there is one.
PrintedKernel printElementWise(const std::string &kind, const std::string &comment, int64_t columns,
                               const std::vector<std::string> &inputs, Expr (*value)(const std::vector<Expr> &),
                               const targets::Target &target, const std::string &number = "") {
  const std::string name = kind + "_" + std::to_string(columns);
  require(columns > 0 && columns % kBlockRows == 0, name, "the columns are not a multiple of 16");
  Var i("i");
  Func y("y");
  std::vector<KernelParameter> parameters;
  std::vector<Argument> arguments;
  std::vector<Expr> elements;
  for (const std::string &input : inputs) {
    ImageParam x(Float(32), 1, input);
    fixShape(x, {int(columns)});
    parameters.push_back(constBuffer(Float(32), input));
    arguments.push_back(x);
    elements.push_back(x(i));
  }
  if (!number.empty()) {
    Param<float> factor(number);
    parameters.push_back(scalar(Float(32), number));
    arguments.push_back(factor);
    elements.push_back(factor);
  }
  parameters.push_back(buffer(Float(32), "y"));
  y(i) = value(elements);

  fixShape(y.output_buffer(), {int(columns)});
  elementsInVectors(y, i, target.lanes);
  return printKernel(name, comment, parameters, {y}, arguments);
}

} // namespace

PrintedKernel printSilu(int64_t columns, const targets::Target &target) {
  return printElementWise(
      "silu", "y = x / (1 + exp(-x)).\n", columns, {"x"}, [](const std::vector<Expr> &e) { return silu(e[0]); },
      target);
}

PrintedKernel printGeluTanh(int64_t columns, const targets::Target &target) {
  return printElementWise(
      "gelu_tanh", "y = x / (1 + exp(-x * (0.0713548163 * x * x + 1.59576912))).\n", columns, {"x"},
      [](const std::vector<Expr> &e) { return geluTanh(e[0]); }, target);
}

PrintedKernel printMul(int64_t columns, const targets::Target &target) {
  return printElementWise(
      "mul", "y = a * b.\n", columns, {"a", "b"}, [](const std::vector<Expr> &e) { return e[0] * e[1]; }, target);
}

PrintedKernel printAdd(int64_t columns, const targets::Target &target) {
  return printElementWise(
      "add", "y = a + b.\n", columns, {"a", "b"}, [](const std::vector<Expr> &e) { return e[0] + e[1]; }, target);
}

PrintedKernel printScale(int64_t columns, const targets::Target &target) {
  return printElementWise(
      "scale", "y = x * factor.\n", columns, {"x"}, [](const std::vector<Expr> &e) { return e[0] * e[1]; }, target,
      "factor");
}

} // namespace weebill::kernels
