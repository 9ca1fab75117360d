//===- Reuse.cpp - What a shared block finds in the caches ----------------===//

#include "codegen/report/Reuse.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace weebill::report {

namespace {

/// Every buffer that a visit touches, once, for all tokens of the pass. Threads read each other's columns, so each
/// touches nearly all of them.
int64_t activationBytes(const std::vector<plan::PhasePlan> &phases, const plan::ModelPlan &plan, int64_t tokens) {
  std::set<int> touched;
  for (const plan::PhasePlan &phase : phases)
    for (const plan::StepPlan &step : phase.steps) {
      for (const plan::View &view : step.in)
        touched.insert(view.buffer);
      touched.insert(step.out.buffer);
    }
  int64_t bytes = 0;
  for (int buffer : touched)
    if (buffer >= 0)
      bytes += plan.buffers.at(size_t(buffer)).bytes(tokens);
  return bytes;
}

} // namespace

Footprint footprintOfVisit(const plan::ModelPlan &plan, const weights::WeightsLayout &layout, const Pass &pass,
                           int threads) {
  const bool decode = pass.tokens == 1;
  const std::vector<plan::PhasePlan> &phases = decode ? plan.decode.body : plan.prefill.body;
  Footprint most;
  for (int thread = 0; thread < threads; ++thread) {
    double weights = 0, cache = 0;
    for (const plan::PhasePlan &phase : phases)
      for (const plan::StepPlan &step : phase.steps) {
        const Cost cost = costOf(step, plan, layout, pass);
        const DealtUnits dealt = dealtUnits(step, decode ? step.decode : step.prefill, plan, pass);
        const double share = shareOfThread(dealt, thread, threads);
        // Tokens are dealt out, weights are not: a norm's vector is read by all.
        const bool tokens = (decode ? step.decode : step.prefill).share == plan::Share::Tokens;
        weights += double(cost.weightBytes) * (tokens ? 1 : share);
        cache += double(cost.cacheBytesRead + cost.cacheBytesWritten) * share;
      }
    if (int64_t(weights) >= most.weights)
      most.weights = int64_t(std::ceil(weights)), most.cache = int64_t(std::ceil(cache));
  }
  most.activations = activationBytes(phases, plan, pass.tokens);
  return most;
}

double residentShare(double between, double capacity) {
  if (capacity <= 0)
    return 0;
  const double times = between / capacity;
  if (times <= 1)
    return 1;
  // share = exp(-(1 - share) times) has the solution 1, which does not come about from a cold start, and one below
  // 1 / times.
  double low = 0, high = 1 / times;
  for (int round = 0; round < 60; ++round) {
    const double share = (low + high) / 2;
    (share < std::exp(-(1 - share) * times) ? low : high) = share;
  }
  return low < 0.005 ? 0 : low; // what would be printed as 0 % is 0
}

double lastingShare(double between, double capacity) {
  return between <= 0 ? 1 : std::clamp(capacity / between, 0.0, 1.0);
}

Sources &Sources::operator+=(const Sources &other) {
  l1 += other.l1;
  l2 += other.l2;
  l3 += other.l3;
  memory += other.memory;
  return *this;
}

std::vector<Return> returnsOf(const std::vector<int64_t> &schedule) {
  std::map<int64_t, size_t> lastVisit;                  // of each block so far
  std::map<std::pair<int64_t, int64_t>, int64_t> kinds; // visits and blocks -> count
  for (size_t visit = 0; visit < schedule.size(); ++visit) {
    if (const auto before = lastVisit.find(schedule[visit]); before != lastVisit.end()) {
      // A block was visited meanwhile if its last visit was.
      const int64_t blocks = std::count_if(lastVisit.begin(), lastVisit.end(),
                                           [&](const auto &entry) { return entry.second >= before->second; });
      ++kinds[{int64_t(visit - before->second), blocks}];
    }
    lastVisit[schedule[visit]] = visit;
  }
  std::vector<Return> returns;
  for (const auto &[kind, count] : kinds)
    returns.push_back({kind.first, kind.second, count});
  return returns;
}

Sources sourcesOf(const Return &kind, const Footprint &visit, const targets::Caches &caches, int threads) {
  const double touched = double(visit.weights) * double(kind.blocks) + double(visit.cache) * double(kind.visits) +
                         double(visit.activations);
  double known = 0; // that a smaller cache holds
  const auto more = [&](const targets::CacheLevel &level) {
    const double share = residentShare(touched * std::min(threads, level.sharedBy), double(level.bytes));
    const double added = std::max(0.0, share - known);
    known += added;
    return added;
  };
  Sources sources;
  sources.l1 = more(caches.l1);
  sources.l2 = more(caches.l2);
  sources.l3 = more(caches.l3);
  sources.memory = 1 - known;
  return sources;
}

std::optional<Sources> meanSources(const std::vector<Return> &returns, const Footprint &visit,
                                   const targets::Caches &caches, int threads) {
  Sources sum{0, 0, 0, 0};
  int64_t visits = 0;
  for (const Return &kind : returns) {
    sum += sourcesOf(kind, visit, caches, threads).scaled(double(kind.count));
    visits += kind.count;
  }
  if (visits == 0)
    return std::nullopt;
  return sum.scaled(1.0 / double(visits));
}

} // namespace weebill::report
