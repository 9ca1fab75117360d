//===- Predict.cpp - How fast a compiled model can be at best -------------===//
//
// Tested by tests/unit/compiler/api/PredictTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/Predict.h"

#include "compiler/api/Numbers.h"

namespace weebill::api {

namespace {

void require(bool holds, const std::string &what, int64_t value, int64_t least, int64_t most) {
  if (!holds)
    throw UsageError(what + ": " + groupedText(value) + " is not between " + groupedText(least) + " and " +
                     groupedText(most));
}

} // namespace

PredictedSpeed predictSpeed(const CompiledModel &model, const targets::Target &target, const report::Machine &machine,
                            const Workload &workload) {
  constexpr int kMostThreads = 256; // of an emitted program
  const int64_t context = model.plan().sizes.context;
  require(workload.threads >= 1 && workload.threads <= kMostThreads, "threads", workload.threads, 1, kMostThreads);
  require(workload.position >= 0 && workload.position < context, "tokens in the cache", workload.position, 0,
          context - 1);
  require(workload.promptTokens >= 1 && workload.promptTokens <= context, "tokens of the prompt", workload.promptTokens,
          1, context);
  const report::Predictor predictor(model.plan(), target, model.layout(), machine);
  return {predictor.tokenSeconds(workload.position, workload.threads),
          predictor.promptSeconds(workload.promptTokens, workload.threads)};
}

} // namespace weebill::api
