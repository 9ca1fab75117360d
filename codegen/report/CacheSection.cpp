//===- CacheSection.cpp - Bytes of the key-value cache --------------------===//
//
// Tested by tests/unit/codegen/report/ReportTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/plan/BlockKinds.h"
#include "codegen/plan/CacheRooms.h"
#include "codegen/plan/NumberForms.h"
#include "codegen/report/Html.h"
#include "codegen/report/Sections.h"
#include "codegen/weights/Traffic.h"

#include <algorithm>
#include <map>

namespace weebill::report {

/// Of visits that keep a window only: "15 visits keep a window of 512 tokens only, in room for 704. "
static std::string windowsText(const plan::ModelPlan &plan) {
  const plan::CacheRooms rooms = plan::cacheRooms(plan);
  std::map<int64_t, int64_t> visits, positions; // of each window
  for (size_t visit = 0; visit < rooms.windows.size(); ++visit)
    if (rooms.windows[visit] != 0 && !rooms.convolves[visit]) {
      ++visits[rooms.windows[visit]];
      positions[rooms.windows[visit]] = rooms.positions[visit];
    }
  std::string text;
  if (const int64_t convolve = plan::convolvingVisits(plan); convolve != 0)
    text = grouped(convolve) + (convolve == 1 ? " visit convolves" : " visits convolve") + " over " +
           grouped(plan.convolution.width) + " tokens and " + (convolve == 1 ? "keeps" : "keep") + " rows of " +
           grouped(plan.convolution.columns) + " numbers as f32 of the last tokens only, in room for " +
           grouped(rooms.positions[size_t(std::find(rooms.convolves.begin(), rooms.convolves.end(), true) -
                                          rooms.convolves.begin())]) +
           ". ";
  for (const auto &[window, count] : visits)
    text += grouped(count) + (count == 1 ? " visit keeps" : " visits keep") + " a window of " + grouped(window) +
            " tokens only, in room for " + grouped(positions[window]) + ". ";
  return text;
}

std::string cacheSection(const ReportContext &context) {
  const plan::ModelPlan &plan = context.plan;
  const int64_t perToken = weights::cacheBytesPerToken(plan);
  Table table({">Tokens", ">Bytes in use", ">", ">Beside the weights that a token reads"});
  const double weights = double(std::max<int64_t>(1, weights::weightBytesPerToken(plan, context.layout)));
  const auto add = [&](int64_t tokens) {
    const int64_t bytes = weights::cacheBytes(plan, tokens);
    table.add({">" + grouped(tokens), ">" + grouped(bytes), ">" + scaled(double(bytes), "B"),
               ">+ " + fixed(100 * double(bytes) / weights, 1) + " %"});
  };
  for (int64_t tokens = 128; tokens < plan.sizes.context; tokens *= 2)
    add(tokens);
  add(plan.sizes.context);
  return section("cache", "Key-value cache",
                 note("One cache for each of " + grouped(plan.cache.visits - plan::convolvingVisits(plan)) +
                      " visits, keys and values of " + grouped(plan.sizes.keyValueHeads) + " heads of " +
                      grouped(plan.sizes.headSize) + " as " + plan::cacheForm(plan) + ": " + grouped(perToken) +
                      " bytes for a token. " + windowsText(plan) + "The program reserves room for " +
                      grouped(plan.cache.positions) + " tokens, " +
                      scaled(double(weights::cacheBytes(plan, plan.cache.positions)), "B") +
                      "; the system gives it memory as tokens come. A token reads all that is in use" +
                      (plan::cacheRooms(plan).step == 0 ? "." : ", as far as it sees it.")) +
                     table.html());
}

} // namespace weebill::report
