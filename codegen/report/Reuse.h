//===- Reuse.h - What a shared block finds in the caches ---------*- C++ -*-===//
//
// Between two visits of a block a core touches its rows of the blocks that are visited meanwhile, the part of the
// key-value cache that it reads, and activations. How much of its rows a cache then still holds follows from the sizes.
// docs/report.md explains the numbers; tested by tests/unit/codegen/report/ReuseTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_REPORT_REUSE_H
#define WEEBILL_CODEGEN_REPORT_REUSE_H

#include "codegen/report/PhaseCosts.h"
#include "codegen/targets/Caches.h"

#include <optional>
#include <vector>

namespace weebill::report {

/// Bytes that one thread touches in one visit of a block.
struct Footprint {
  int64_t weights = 0;     // its rows of the block
  int64_t cache = 0;       // keys and values that it reads and writes
  int64_t activations = 0; // buffers of the pass; the same ones in every visit
};

/// Of the thread that has most rows. One token is dealt out as decoding does it, more as prefill does.
Footprint footprintOfVisit(const plan::ModelPlan &plan, const weights::WeightsLayout &layout, const Pass &pass,
                           int threads);

/// The part of `bytes` that a cache still holds when they are walked again after `between` bytes in all, `bytes`
/// themselves among them. All of it if they fit. Otherwise caches do not replace strictly what is oldest: taken is that
/// every line that is missing replaces any line with equal chance. Of lines that come back after `between` bytes, of
/// which the part h was found, the part exp(-(1 - h) between / capacity) is left, and in a steady state that is h
/// again.
double residentShare(double between, double capacity);

/// The part of `bytes` that a last-level cache keeps at most when they are walked in a cycle of `between` bytes: what
/// fits. Strict replacement of what is oldest would keep nothing, but last levels see such cycles and come near it:
/// weights of 56 and 76 MB were read 1.55 and 1.44 times as fast as memory allows beside an L3 of 32 MB that is 1.9
/// times as fast (AMD EPYC, docs/performance.md); this says 1.38 and 1.25, residentShare 1.16 and 1.05.
double lastingShare(double between, double capacity);

/// Where the weights of a visit come from: parts of their bytes, 1 together.
struct Sources {
  double l1 = 0, l2 = 0, l3 = 0, memory = 1;

  Sources &operator+=(const Sources &other);
  Sources scaled(double factor) const { return {l1 * factor, l2 * factor, l3 * factor, memory * factor}; }
};

/// How visits come back to a block: so many visits after the one before, with so many different blocks among them.
struct Return {
  int64_t visits = 1; // the visit that is come back to among them
  int64_t blocks = 1; // its block among them
  int64_t count = 1;  // of the schedule's visits that come back so
};

/// Of all visits that are not the first of their block.
std::vector<Return> returnsOf(const std::vector<int64_t> &schedule);

/// Of a visit that comes back. What a larger cache holds includes what is in the smaller ones.
Sources sourcesOf(const Return &kind, const Footprint &visit, const targets::Caches &caches, int threads);

/// The mean over all visits that come back; nothing if there are none.
std::optional<Sources> meanSources(const std::vector<Return> &returns, const Footprint &visit,
                                   const targets::Caches &caches, int threads);

} // namespace weebill::report

#endif // WEEBILL_CODEGEN_REPORT_REUSE_H
