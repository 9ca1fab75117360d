//===- BufferLives.cpp - When a buffer holds something --------------------===//
//
// Tested by tests/unit/codegen/report/BufferLivesTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/report/BufferLives.h"

#include <algorithm>

namespace weebill::report {

RoutePhases phasesInOrder(const plan::RoutePlan &route) {
  RoutePhases result;
  for (const std::vector<plan::PhasePlan> *part : {&route.before, &route.body, &route.after})
    for (const plan::PhasePlan &phase : *part) {
      result.phases.push_back(&phase);
      result.names.push_back(phase.name);
    }
  return result;
}

std::vector<BufferLife> bufferLives(const plan::ModelPlan &plan, const std::vector<const plan::PhasePlan *> &phases) {
  std::vector<BufferLife> lives;
  for (int buffer = 0; buffer < int(plan.buffers.size()); ++buffer) {
    bool alive = false, wasRead = false;
    for (int phase = 0; phase < int(phases.size()); ++phase)
      for (const plan::StepPlan &step : phases[phase]->steps) {
        const bool reads =
            std::any_of(step.in.begin(), step.in.end(), [&](const plan::View &view) { return view.buffer == buffer; });
        const bool writes = step.out.buffer == buffer;
        if (!reads && !writes)
          continue;
        // A step that writes a part of it, before anybody read another part, goes on with the same life.
        if (!alive || (writes && !reads && wasRead)) {
          lives.push_back({buffer, phase, phase});
          wasRead = false;
        }
        alive = true;
        wasRead |= reads && !writes;
        lives.back().last = phase;
      }
  }
  return lives;
}

} // namespace weebill::report
