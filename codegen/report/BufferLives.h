//===- BufferLives.h - When a buffer holds something -------------*- C++ -*-===//
//
// Tested by tests/unit/codegen/report/BufferLivesTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_REPORT_BUFFERLIVES_H
#define WEEBILL_CODEGEN_REPORT_BUFFERLIVES_H

#include "codegen/plan/ModelPlan.h"

#include <string>
#include <vector>

namespace weebill::report {

/// The phases of a route one after another, the body once.
struct RoutePhases {
  std::vector<const plan::PhasePlan *> phases;
  std::vector<std::string> names;
};

RoutePhases phasesInOrder(const plan::RoutePlan &route);

/// From the phase that writes a buffer anew to the last that touches it before it is written anew again.
struct BufferLife {
  int buffer = 0;
  int first = 0, last = 0; // phases
};

/// All lives, by buffer and then by time.
std::vector<BufferLife> bufferLives(const plan::ModelPlan &plan, const std::vector<const plan::PhasePlan *> &phases);

} // namespace weebill::report

#endif // WEEBILL_CODEGEN_REPORT_BUFFERLIVES_H
