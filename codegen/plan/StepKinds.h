//===- StepKinds.h - One row for each kind of step ---------------*- C++ -*-===//
//
// What planning, report and emitted file say and count of a step that follows from its kind alone. Only the code of a
// step (codegen/emit/StepText.h) is elsewhere. Tested by tests/unit/codegen/plan/StepKindsTest.cpp and, for the numbers
// of operations, tests/unit/codegen/report/PhaseCostsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_PLAN_STEPKINDS_H
#define WEEBILL_CODEGEN_PLAN_STEPKINDS_H

#include "codegen/plan/ModelPlan.h"

namespace weebill::plan {

/// Each has a row. StepKind::Add stays the last one, new kinds go above it.
inline constexpr size_t kStepKinds = size_t(StepKind::Add) + 1;

/// What a step reads of its weights.
enum class WeightUse {
  None,
  Vector, // a number for each column, or for each column of a head
  Row,    // one row of a matrix for each token
  Matrix, // all of it, once for all tokens
};

enum class CacheUse {
  None,
  Reads,
  Writes,
  Rows, // rows of a convolution, which are no keys and values: a thread's own columns
};

/// Whose units a step deals out that goes by columns.
enum class Units {
  Own,   // its result's
  Slice, // a slice of the units that the product behind it has
  Cache, // key heads, and behind them value heads
};

/// Which constants of StepPlan a kind has.
enum Constant : unsigned { kHeads = 1, kRope = 2, kEpsilon = 4, kScale = 8, kSymmetric = 16, kMixed = 32 };

struct StepKindInfo {
  StepKind kind;
  const char *name;            // in the plan's text
  const char *action;          // in the report: "norm and quantize"
  const char *comment;         // above the emitted phase; "$role" is the step's role, without `roleTail`
  const char *roleTail = "";   // "_bias"
  const char *phaseTail = "";  // what it adds to the name of a phase behind the matrices: "residual"
  const char *phaseAlone = ""; // the name of a phase without matrices: "attend"; empty: the first step's role
  WeightUse weights = WeightUse::None;
  CacheUse cache = CacheUse::None;
  Units units = Units::Own;
  bool activates = false; // a function of each element, as gates go through
  unsigned constants = 0; // of Constant
  /// Float operations of the token at `position`, besides a matrix product and the look-up of a row.
  int64_t (*operations)(const StepPlan &step, const ModelPlan &plan, int64_t position);
  /// Integer ones.
  int64_t (*integerOperations)(const StepPlan &step, const ModelPlan &plan, int64_t position) =
      [](const StepPlan &, const ModelPlan &, int64_t) { return int64_t(0); };
};

/// The kind's row.
const StepKindInfo &info(StepKind kind);

/// `comment` with the step's role in it.
std::string commentOf(const StepPlan &step);

} // namespace weebill::plan

#endif // WEEBILL_CODEGEN_PLAN_STEPKINDS_H
