//===- HeadHalves.h - Halves of attention heads ------------------*- C++ -*-===//
//
// Three key-value heads on two threads split 2 : 1. One token's attention over a long context therefore deals out
// halves where that is more even: a head's scores are one, its values the other, and a head whose halves belong to two
// threads is handed over behind a barrier of its own. The sums stay what they were. Tested by
// tests/emitted/test_long_context.py and tests/unit/codegen/report/PhaseCostsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_PLAN_HEADHALVES_H
#define WEEBILL_CODEGEN_PLAN_HEADHALVES_H

#include "codegen/plan/ModelPlan.h"

namespace weebill::plan {

/// Visible positions from which half a head takes longer than a barrier, on any target.
constexpr int64_t kHalvesFrom = 256;

/// With one or two key-value heads there is no number of threads for which halves are dealt out more evenly.
inline bool dealsOutHalves(const ModelPlan &plan) { return plan.sizes.keyValueHeads > 2; }

} // namespace weebill::plan

#endif // WEEBILL_CODEGEN_PLAN_HEADHALVES_H
