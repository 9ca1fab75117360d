//===- Prediction.h - How fast a plan can be at best -------------*- C++ -*-===//
//
// The roofline: on a thread a step takes as long as its bytes or its operations, whichever is longer; a phase takes as
// long as its slowest thread, or as all of its bytes at the speed of all threads. These are bounds, not forecasts.
// Tested by tests/unit/codegen/report/PredictionTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_REPORT_PREDICTION_H
#define WEEBILL_CODEGEN_REPORT_PREDICTION_H

#include "codegen/report/PhaseCosts.h"
#include "codegen/targets/Target.h"

namespace weebill {

/// What a compiler cannot know of a machine. The defaults are those of a small cloud machine.
struct Machine {
  double cyclesPerSecond = 3e9;          // of a core under vector load
  double vectorInstructionsPerCycle = 2; // multiply-adds that a core starts
  double threadBytesPerSecond = 13e9;    // one thread reading memory, in several streams
  double allBytesPerSecond = 25e9;       // all threads together
  double l2BytesPerSecond = 75e9;        // one thread reading its L2
  double barrierSeconds = 0.4e-6;        // all threads meeting
};

/// Instructions that the target needs at least for a dot4 of full vectors.
double dot4Instructions(const Target &target);

/// Operations a second of one thread that does nothing else.
double integerPeak(const Target &target, const Machine &machine);
double floatPeak(const Target &target, const Machine &machine);

/// A plan on a target and a machine.
class Predictor {
public:
  Predictor(const ModelPlan &plan, const Target &target, const WeightsLayout &layout, const Machine &machine)
      : plan(plan), target(target), layout(layout), machine(machine) {}

  /// Seconds of one execution of a phase. `decode` says which of the steps' partitions counts; weights come from
  /// memory, or from the threads' L2 if they are `resident`.
  double phaseSeconds(const PhasePlan &phase, bool decode, const Pass &pass, int threads, bool resident) const;

  /// All visits together of a phase of the body: the second of two visits in a row of a shared block finds it in L2.
  double bodyPhaseSeconds(const PhasePlan &phase, bool decode, const Pass &pass, int threads) const;

  /// Seconds of one token at `position`, from id to logits.
  double tokenSeconds(int64_t position, int threads) const;

  /// Seconds of a prompt, chunk by chunk, and the logits of its last token.
  double promptSeconds(int64_t tokens, int threads) const;

  /// Whether the weights of a block stay in the threads' L2 from one visit to the next.
  bool blockFits(int threads) const;

  /// Visits that find their block's weights in L2: those right behind a visit of the same block.
  int64_t residentVisits(int threads) const;

private:
  const ModelPlan &plan;
  const Target &target;
  const WeightsLayout &layout;
  const Machine machine;
};

} // namespace weebill

#endif // WEEBILL_CODEGEN_REPORT_PREDICTION_H
