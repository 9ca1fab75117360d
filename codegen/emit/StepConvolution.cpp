//===- StepConvolution.cpp - The step of a gated convolution --------------===//
//
// A thread writes its columns of the token's row, then reads them and those of the rows before, which it wrote as well.
// Tested by tests/emitted/test_lfm2.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/emit/StepText.h"
#include "codegen/emit/Template.h"

namespace weebill::emit {

std::string StepText::convolution(const plan::StepPlan &step) {
  const plan::Partition &p = partition(step);
  const plan::ConvolutionPlan &shape = plan.convolution;
  const targets::Target &target = kernels.getTarget();
  parameters.insert(Parameter::Cache);
  if (route == Route::Prefill)
    parameters.insert(Parameter::Tokens);
  const plan::View &in = step.in.at(0); // the gate before, the gate behind, and what is convolved
  const auto part = [&](int64_t number) {
    return pointer({in.buffer, in.first + number * shape.columns, shape.columns});
  };
  std::string text;
  const std::string mine = range(p, text);
  const Values names = {
      {"gate", kernels.add(kernels::printMul(p.unitColumns, target), step.role)},
      {"convolve", kernels.add(kernels::printConvolve(p.unitColumns, shape.width, shape.columns, target), step.role)},
      {"before", part(0)},
      {"behind", part(1)},
      {"x", part(2)},
      {"at", " + " + unitColumnsName(plan, p.unitColumns) + " * unit"},
      {"position", position()},
      {"oldest", position() + " - " + std::to_string(shape.width - 1)},
      {"taps", weight(step.weights.at(0))},
      {"out", pointer(step.out)}};
  const std::string calls = fill("$gate($before$at, $x$at, cache.row($position)$at);\n"
                                 "$convolve(cache.row($oldest)$at, $taps$at, $behind$at, $out$at);\n",
                                 names);
  const std::string loop = "  for (i32 unit = " + mine + ".from; unit < " + mine + ".to; ++unit)";
  if (route == Route::Prefill)
    return text + loop + "\n    for (i32 token = 0; token < tokens; ++token) {\n" + indent(calls, 6) + "    }\n";
  return text + loop + " {\n" + indent(calls, 4) + "  }\n";
}

} // namespace weebill::emit
