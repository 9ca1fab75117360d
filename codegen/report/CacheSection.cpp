//===- CacheSection.cpp - Bytes of the key-value cache --------------------===//
//
// Tested by tests/unit/codegen/report/ReportTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/plan/NumberForms.h"
#include "codegen/report/Html.h"
#include "codegen/report/Sections.h"
#include "codegen/weights/Traffic.h"

#include <algorithm>

namespace weebill::report {

std::string cacheSection(const ReportContext &context) {
  const plan::ModelPlan &plan = context.plan;
  const int64_t perToken = weights::cacheBytesPerToken(plan);
  Table table({">Tokens", ">Bytes in use", ">", ">Beside the weights that a token reads"});
  const double weights = double(std::max<int64_t>(1, weights::weightBytesPerToken(plan, context.layout)));
  const auto add = [&](int64_t tokens) {
    const int64_t bytes = tokens * perToken;
    table.add({">" + grouped(tokens), ">" + grouped(bytes), ">" + scaled(double(bytes), "B"),
               ">+ " + fixed(100 * double(bytes) / weights, 1) + " %"});
  };
  for (int64_t tokens = 128; tokens < plan.sizes.context; tokens *= 2)
    add(tokens);
  add(plan.sizes.context);
  return section("cache", "Key-value cache",
                 note("One cache for each of " + grouped(plan.cache.visits) + " visits, keys and values of " +
                      grouped(plan.sizes.keyValueHeads) + " heads of " + grouped(plan.sizes.headSize) + " as " +
                      plan::cacheForm(plan) + ": " + grouped(perToken) +
                      " bytes for a token. The program reserves room for " + grouped(plan.cache.positions) +
                      " tokens, " + scaled(double(plan.cache.positions * perToken), "B") +
                      "; the system gives it memory as tokens come. A token reads all that is in use.") +
                     table.html());
}

} // namespace weebill::report
