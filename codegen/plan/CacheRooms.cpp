//===- CacheRooms.cpp - Positions that caches have room for ---------------===//

#include "codegen/plan/CacheRooms.h"

#include "codegen/plan/Contract.h"

#include <algorithm>

namespace weebill::plan {

namespace {

int64_t inBlocks(int64_t positions) { return (positions + kPositionBlock - 1) / kPositionBlock * kPositionBlock; }

/// What each visit sees; a window of 0: everything.
void findWindows(const ModelPlan &plan, CacheRooms &rooms) {
  rooms.windows.assign(size_t(plan.cache.visits), 0);
  rooms.convolves.assign(rooms.windows.size(), false);
  for (const PhasePlan &phase : plan.decode.body)
    for (const StepPlan &step : phase.steps)
      for (size_t visit = 0; visit < rooms.windows.size() && visit < plan.schedule.size(); ++visit) {
        if (!plan.runs(visit, step))
          continue;
        if (step.kind == StepKind::Attention && !step.blockWindows.empty())
          rooms.windows[visit] = step.blockWindows.at(size_t(plan.schedule[visit]));
        if (step.kind == StepKind::GatedConvolution) {
          rooms.windows[visit] = plan.convolution.width;
          rooms.convolves[visit] = true;
        }
      }
}

} // namespace

int64_t CacheRooms::windowed() const {
  int64_t count = 0;
  for (size_t visit = 0; visit < windows.size(); ++visit)
    count += windows[visit] != 0 && !convolves[visit];
  return count;
}

int64_t CacheRooms::firstKept(size_t visit, int64_t tokens) const {
  const int64_t window = windows.at(visit);
  return window == 0 ? 0 : std::max<int64_t>(tokens - window, 0) / step * step;
}

// The token behind `t` others sees positions from t + 1 - window on. Its cache begins at the last multiple of the step
// before that, and holds a chunk behind `t`: window + step - 2 + chunk positions at most. A quarter of the widest
// window moves at a time: then a token costs the moving of four rows, beside the window that it reads.
CacheRooms cacheRooms(const ModelPlan &plan) {
  CacheRooms rooms;
  findWindows(plan, rooms);
  rooms.positions.assign(rooms.windows.size(), plan.cache.positions);
  const auto roomOf = [&](int64_t window) { return inBlocks(window + rooms.step - 2 + plan.chunk); };
  for (bool isWide = true; isWide;) { // windows that save nothing are none, and the step is one of the others'
    const auto widest = std::max_element(rooms.windows.begin(), rooms.windows.end());
    if (widest == rooms.windows.end() || *widest == 0) {
      rooms.step = 0;
      return rooms;
    }
    rooms.step = std::max(kPositionBlock, inBlocks(*widest / 4));
    isWide = *widest >= plan.cache.positions || roomOf(*widest) >= plan.cache.positions;
    if (isWide)
      std::replace(rooms.windows.begin(), rooms.windows.end(), int64_t(*widest), int64_t(0));
  }
  for (size_t visit = 0; visit < rooms.windows.size(); ++visit)
    if (rooms.windows[visit] != 0)
      rooms.positions[visit] = roomOf(rooms.windows[visit]);
  return rooms;
}

} // namespace weebill::plan
