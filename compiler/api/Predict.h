//===- Predict.h - How fast a compiled model can be at best ------*- C++ -*-===//
//
// The report's bounds for programs that compare shapes: from the plan alone, so that no weight is read and nothing is
// compiled. Tested by tests/unit/compiler/api/PredictTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_API_PREDICT_H
#define WEEBILL_COMPILER_API_PREDICT_H

#include "codegen/report/Prediction.h"
#include "compiler/api/CompiledModel.h"

#include <cstdint>

namespace weebill::api {

/// What is asked of the program.
struct Workload {
  int threads = 1;
  int64_t position = 0;       // tokens in the cache when one is decoded
  int64_t promptTokens = 512; // of a prompt that begins at position 0
};

struct PredictedSpeed {
  double tokenSeconds = 0, promptSeconds = 0;
};

/// Least seconds of one decoded token and of a prompt, on any target: it need not be one that the model is compiled
/// for. Throws UsageError for a workload that the context does not hold or that has no thread.
PredictedSpeed predictSpeed(const CompiledModel &model, const targets::Target &target, const report::Machine &machine,
                            const Workload &workload);

} // namespace weebill::api

#endif // WEEBILL_COMPILER_API_PREDICT_H
