//===- Prediction.cpp - How fast a plan can be at best --------------------===//
//
// Tested by tests/unit/codegen/report/PredictionTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/report/Prediction.h"

#include "codegen/plan/BlockKinds.h"

#include <algorithm>

namespace weebill::report {

double dot4Instructions(const targets::Target &target) {
  for (const char *feature : {"vnni", "dotprod"})
    if (target.features.find(feature) != std::string::npos)
      return 1;
  return 4; // even and odd bytes apart: two multiply-adds of 16 bits, two additions; tiles share the splitting
}

double integerPeak(const targets::Target &target, const Machine &machine, int64_t tokens) {
  if (target.unitTokens > 0 && tokens >= target.unitTokens)
    return 2.0 * target.unitProducts * machine.cyclesPerSecond;
  const double operations = 2.0 * 4 * target.lanes; // four products and their additions in each lane
  return operations / dot4Instructions(target) * machine.vectorInstructionsPerCycle * machine.cyclesPerSecond;
}

double floatPeak(const targets::Target &target, const Machine &machine) {
  return 2.0 * target.lanes * machine.vectorInstructionsPerCycle * machine.cyclesPerSecond;
}

double Predictor::phaseSeconds(const plan::PhasePlan &phase, bool decode, const Pass &pass, int threads,
                               const Sources &sources) const {
  std::vector<double> busy(threads, 0.0); // seconds of each thread
  double bytesFromMemory = 0;
  // No cache is slower than what lies behind it, whatever a description says or leaves out.
  const double l3 = std::max(machine.l3BytesPerSecond, machine.threadBytesPerSecond);
  const double l2 = std::max(machine.l2BytesPerSecond, l3);
  for (const plan::StepPlan &step : phase.steps) {
    const Cost cost = costOf(step, plan, layout, pass);
    const double compute = double(cost.integerOperations) / integerPeak(target, machine, pass.tokens) +
                           double(cost.floatOperations) / floatPeak(target, machine);
    const double weights = double(cost.weightBytes), rest = double(cost.bytes()) - weights;
    const double fromMemory = weights * sources.memory + rest;
    const double stream = weights * (sources.l1 + sources.l2) / l2 + weights * sources.l3 / l3 +
                          fromMemory / machine.threadBytesPerSecond;
    bytesFromMemory += fromMemory;
    // In a chunk, too, a thread streams its own rows once, so bytes are shared as the work is.
    const DealtUnits dealt = dealtUnits(step, decode ? step.decode : step.prefill, plan, pass);
    for (int thread = 0; thread < threads; ++thread)
      busy[thread] += std::max(compute, stream) * shareOfThread(dealt, thread, threads);
  }
  const double slowest = *std::max_element(busy.begin(), busy.end());
  const double together = bytesFromMemory / std::max(machine.allBytesPerSecond, machine.threadBytesPerSecond);
  const double run = phase.steps.empty() ? 1 // of visits: costs are averages, too
                                         : double(plan::visitsThatRun(phase.steps.front(), plan)) /
                                               double(std::max<size_t>(1, plan.schedule.size()));
  return std::max(slowest, together) + (threads > 1 ? machine.barrierSeconds * run : 0);
}

std::optional<Sources> Predictor::sourcesOfReturns(const Pass &pass, int threads) const {
  if (returns.empty())
    return std::nullopt;
  return meanSources(returns, footprintOfVisit(plan, layout, pass, threads), caches(), threads);
}

Sources Predictor::sourcesFromTokenBefore(int64_t position, int threads) const {
  const Pass pass{1, position};
  double bytes = 0; // of all threads, in a token
  for (const std::vector<plan::PhasePlan> *phases : {&plan.decode.before, &plan.decode.body, &plan.decode.after})
    for (const plan::PhasePlan &phase : *phases)
      for (const plan::StepPlan &step : phase.steps) {
        const bool body = phases == &plan.decode.body;
        const Cost cost = costOf(step, plan, layout, pass);
        bytes += double(cost.weightBytes) * double(body ? blocks : 1) +
                 double(cost.cacheBytesRead + cost.cacheBytesWritten) * double(body ? plan.schedule.size() : 1);
      }
  const targets::CacheLevel last = caches().l3;
  const int64_t levels = (threads + last.sharedBy - 1) / std::max(1, last.sharedBy); // that the threads use
  const double kept = lastingShare(bytes, double(last.bytes * levels));
  return {0, 0, kept, 1 - kept};
}

Sources Predictor::sourcesOfFirsts(bool decode, const Pass &pass, int threads) const {
  return decode ? sourcesFromTokenBefore(pass.firstPosition, threads) : kFromMemory;
}

double Predictor::bodyPhaseSeconds(const plan::PhasePlan &phase, bool decode, const Pass &pass, int threads) const {
  int64_t again = 0;
  for (const Return &kind : returns)
    again += kind.count;
  const int64_t first = int64_t(plan.schedule.size()) - again;
  const Sources before = sourcesOfFirsts(decode, pass, threads);
  double seconds = double(first) * phaseSeconds(phase, decode, pass, threads, before);
  if (std::optional<Sources> sources = sourcesOfReturns(pass, threads)) {
    const double kept = std::max(sources->l3, (sources->l3 + sources->memory) * before.l3); // in whichever way
    sources->memory += sources->l3 - kept;
    sources->l3 = kept;
    seconds += double(again) * phaseSeconds(phase, decode, pass, threads, *sources);
  }
  return seconds;
}

double Predictor::visitSeconds(bool decode, const Pass &pass, int threads, const Sources &sources) const {
  double seconds = 0;
  for (const plan::PhasePlan &phase : (decode ? plan.decode : plan.prefill).body)
    seconds += phaseSeconds(phase, decode, pass, threads, sources);
  return seconds;
}

double Predictor::tokenSeconds(int64_t position, int threads) const {
  const Pass pass{1, position};
  const Sources sources = sourcesFromTokenBefore(position, threads);
  double seconds = 0;
  for (const plan::PhasePlan &phase : plan.decode.before)
    seconds += phaseSeconds(phase, true, pass, threads, sources);
  for (const plan::PhasePlan &phase : plan.decode.body)
    seconds += bodyPhaseSeconds(phase, true, pass, threads);
  for (const plan::PhasePlan &phase : plan.decode.after)
    seconds += phaseSeconds(phase, true, pass, threads, sources);
  return seconds;
}

double Predictor::promptSeconds(int64_t tokens, int threads) const {
  double seconds = 0;
  for (int64_t done = 0; done < tokens; done += std::max<int64_t>(1, plan.chunk)) {
    const Pass pass{std::min(plan.chunk, tokens - done), done};
    for (const plan::PhasePlan &phase : plan.prefill.before)
      seconds += phaseSeconds(phase, false, pass, threads, kFromMemory);
    for (const plan::PhasePlan &phase : plan.prefill.body)
      seconds += bodyPhaseSeconds(phase, false, pass, threads);
  }
  for (const plan::PhasePlan &phase : plan.decode.after)
    seconds += phaseSeconds(phase, true, {1, tokens - 1}, threads, kFromMemory);
  return seconds;
}

} // namespace weebill::report
