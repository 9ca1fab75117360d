//===- Eval.h - weebill eval -------------------------------------*- C++ -*-===//
//
// Perplexity of emitted programs, and how far they are from float32. Tested by tests/emitted/test_eval.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_DRIVER_EVAL_H
#define WEEBILL_COMPILER_DRIVER_EVAL_H

#include "compiler/driver/Options.h"

#include <ostream>

namespace weebill::driver {

/// Throws InputError.
void runEval(const EvalOptions &options, std::ostream &out, std::ostream &errors);

} // namespace weebill::driver

#endif // WEEBILL_COMPILER_DRIVER_EVAL_H
