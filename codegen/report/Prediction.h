//===- Prediction.h - How fast a plan should be ------------------*- C++ -*-===//
//
// The roofline: on a thread a step takes as long as its bytes or its operations, whichever is longer; a phase takes as
// long as its slowest thread, or as all of its bytes at the speed of all threads. An estimate of what the machine
// allows: the last cache is taken to keep what fits of a token's weights until the next one. Tested by
// tests/unit/codegen/report/PredictionTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_REPORT_PREDICTION_H
#define WEEBILL_CODEGEN_REPORT_PREDICTION_H

#include "codegen/report/PhaseCosts.h"
#include "codegen/report/Reuse.h"
#include "codegen/targets/Target.h"

#include <set>

namespace weebill::report {

/// What a compiler cannot know of a machine. The defaults are those of a small cloud machine.
struct Machine {
  double cyclesPerSecond = 3e9;          // of a core under vector load
  double vectorInstructionsPerCycle = 2; // multiply-adds that a core starts
  double threadBytesPerSecond = 13e9;    // one thread reading memory, in several streams
  double allBytesPerSecond = 25e9;       // all threads together
  double l2BytesPerSecond = 75e9;        // one thread reading its L2
  double l3BytesPerSecond = 20e9;        // one thread reading the L3
  double barrierSeconds = 0.4e-6;        // all threads meeting
  std::optional<targets::Caches> caches; // where they are not those of the target's row
};

/// Instructions that the target needs at least for a dot4 of full vectors.
double dot4Instructions(const targets::Target &target);

/// Operations a second of one thread that does nothing else; of 8-bit numbers with so many tokens at once.
double integerPeak(const targets::Target &target, const Machine &machine, int64_t tokens);
double floatPeak(const targets::Target &target, const Machine &machine);

/// Weights that no cache holds, and weights that the threads' own L2 holds.
inline constexpr Sources kFromMemory{0, 0, 0, 1}, kFromL2{0, 1, 0, 0};

/// A plan on a target and a machine.
class Predictor {
public:
  Predictor(const plan::ModelPlan &plan, const targets::Target &target, const weights::WeightsLayout &layout,
            const Machine &machine)
      : plan(plan), target(target), layout(layout), machine(machine), returns(returnsOf(plan.schedule)),
        blocks(int64_t(std::set<int64_t>(plan.schedule.begin(), plan.schedule.end()).size())) {}

  /// Seconds of one execution of a phase. `decode` says which of the steps' partitions counts, `sources` where its
  /// weights come from. The first level counts as L2: kernels do not walk weights faster than that.
  double phaseSeconds(const plan::PhasePlan &phase, bool decode, const Pass &pass, int threads,
                      const Sources &sources) const;

  /// All visits together of a phase of the body.
  double bodyPhaseSeconds(const plan::PhasePlan &phase, bool decode, const Pass &pass, int threads) const;

  /// One visit of a block.
  double visitSeconds(bool decode, const Pass &pass, int threads, const Sources &sources) const;

  /// Seconds of one token at `position`, from id to logits.
  double tokenSeconds(int64_t position, int threads) const;

  /// Seconds of a prompt, chunk by chunk, and the logits of its last token.
  double promptSeconds(int64_t tokens, int threads) const;

  /// Where the weights of visits come from that are not the first of their block; nothing if there are none.
  std::optional<Sources> sourcesOfReturns(const Pass &pass, int threads) const;

  /// Where weights come from that no visit of the same token has used: memory, and what the last cache kept of the
  /// token before, of which it holds the weights and the key-value cache.
  Sources sourcesFromTokenBefore(int64_t position, int threads) const;

  /// That when a token is decoded; a chunk of a prompt is taken to find nothing.
  Sources sourcesOfFirsts(bool decode, const Pass &pass, int threads) const;

  /// The machine's, or those of the target's row.
  targets::Caches caches() const { return machine.caches ? *machine.caches : targets::cachesOf(target); }

private:
  const plan::ModelPlan &plan;
  const targets::Target &target;
  const weights::WeightsLayout &layout;
  const Machine machine;
  const std::vector<Return> returns;
  const int64_t blocks; // that the schedule visits
};

} // namespace weebill::report

#endif // WEEBILL_CODEGEN_REPORT_PREDICTION_H
