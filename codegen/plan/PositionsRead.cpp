//===- PositionsRead.cpp - How much of the cache attention reads ----------===//

#include "codegen/plan/PositionsRead.h"

#include "codegen/plan/Contract.h"

#include <algorithm>

namespace weebill::plan {

int64_t positionsRead(const StepPlan &attention, const ModelPlan &plan, int64_t position, int64_t tokens) {
  const int64_t end = (position + tokens + kPositionBlock - 1) / kPositionBlock * kPositionBlock;
  if (attention.blockWindows.empty() || plan.schedule.empty())
    return end;
  int64_t all = 0, visits = 0;
  for (size_t visit = 0; visit < plan.schedule.size(); ++visit) {
    if (!plan.runs(visit, attention))
      continue;
    ++visits;
    const int64_t window = attention.blockWindows.at(plan.schedule[visit]);
    const int64_t from = window > 0 ? std::max<int64_t>(0, position + 1 - window) : 0;
    all += end - from / kPositionBlock * kPositionBlock;
  }
  return visits == 0 ? 0 : all / visits;
}

} // namespace weebill::plan
