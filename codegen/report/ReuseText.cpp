//===- ReuseText.cpp - Reuse in words -------------------------------------===//

#include "codegen/report/ReuseText.h"

#include <cstdio>

namespace weebill::report {

static std::string decimals(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

/// "48 KiB", "1.7 MiB", "2 MiB".
static std::string sizeText(double bytes) {
  const bool large = bytes >= double(1 << 20);
  const double value = bytes / double(large ? 1 << 20 : 1 << 10);
  const bool whole = value == double(long(value)) || value >= 100;
  return decimals(value, whole ? 0 : 1) + (large ? " MiB" : " KiB");
}

std::string inWords(const Sources &sources) {
  std::string text;
  for (const auto &[where, share] :
       {std::pair("L1", sources.l1), {"L2", sources.l2}, {"L3", sources.l3}, {"memory", sources.memory}})
    if (share >= 0.005)
      text += (text.empty() ? "" : ", ") + decimals(100 * share, 0) + " % from " + where;
  return text;
}

std::string inWords(const targets::Caches &caches) {
  const auto level = [](const std::string &name, const targets::CacheLevel &cache) {
    if (cache.bytes == 0)
      return "no " + name;
    return name + " " + sizeText(double(cache.bytes)) +
           (cache.sharedBy > 1 ? " for " + std::to_string(cache.sharedBy) + " threads" : "");
  };
  return level("L1", caches.l1) + ", " + level("L2", caches.l2) + ", " + level("L3", caches.l3);
}

std::vector<std::string> reuseLines(const plan::ModelPlan &plan, const targets::Target &target,
                                    const weights::WeightsLayout &layout, const targets::Caches &caches) {
  Machine machine;
  machine.caches = caches;
  const Predictor predictor(plan, target, layout, machine);
  const Pass firstToken{1, 0};
  std::vector<std::string> lines;
  for (int threads : {1, 2, 4}) {
    const std::optional<Sources> sources = predictor.sourcesOfReturns(firstToken, threads);
    if (!sources)
      return {};
    const double share = predictor.visitSeconds(true, firstToken, threads, *sources) /
                         predictor.visitSeconds(true, firstToken, threads, kFromMemory);
    const Footprint each = footprintOfVisit(plan, layout, firstToken, threads);
    lines.push_back("  " + std::to_string(threads) + (threads == 1 ? " thread:  " : " threads: ") +
                    sizeText(double(each.weights)) + " of a block for each; weights " + inWords(*sources) + ", " +
                    decimals(share, 2) + " of the first visit's time");
  }
  lines.insert(lines.begin(), "a block visited again, at best, with " + inWords(caches) +
                                  (caches.detected ? " (the compiling machine):" : " (a typical machine):"));
  return lines;
}

} // namespace weebill::report
