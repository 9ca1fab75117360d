//===- EmitEmbedded.cpp - Weights inside the binary or beside it ----------===//
//
// Tested by tests/emitted/test_embedded_weights.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/emit/FitLines.h"
#include "codegen/emit/Interface.h"
#include "codegen/emit/Sections.h"
#include "codegen/emit/Template.h"

namespace weebill::emit {

std::string weightsPlace(const plan::ModelPlan &plan, const ProgramSettings &settings, Pasted &pasted) {
  if (!settings.embedWeights)
    return pasted.paste("weights_beside.h");
  return fill(
             R"(// The assembler copies the weights file, which lies in the folder where the compiler is run, unless its place is given
// with -DWEEBILL_WEIGHTS_PATH='"folder/$name.weights"'.
#if !defined(WEEBILL_WEIGHTS_PATH)
#define WEEBILL_WEIGHTS_PATH $file
#endif
)",
             {{"name", plan.name}, {"file", stringLiteral(plan.name + ".weights")}}) +
         fitLines(withPrefix(pasted.paste("weights_inside.h"), plan.name));
}

} // namespace weebill::emit
