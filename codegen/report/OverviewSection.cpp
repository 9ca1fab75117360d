//===- OverviewSection.cpp - The model, the target and the recipe ---------===//
//
// Tested by tests/unit/codegen/report/ReportTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/plan/BlockKinds.h"
#include "codegen/plan/CacheRooms.h"
#include "codegen/plan/CountParameters.h"
#include "codegen/plan/NumberForms.h"
#include "codegen/report/Html.h"
#include "codegen/report/Sections.h"
#include "codegen/weights/Traffic.h"

#include <algorithm>
#include <utility>

namespace weebill::report {

namespace {

std::string card(const std::string &value, const std::string &what) {
  return "<div class=\"card\"><b>" + value + "</b><span>" + what + "</span></div>\n";
}

std::string recipe(const plan::ModelPlan &plan) {
  return "weights " + plan::weightsForm(plan) + "; activations " + plan::activationsForm(plan) + "; cache " +
         plan::cacheForm(plan);
}

} // namespace

std::string overviewSection(const ReportContext &context) {
  const plan::ModelPlan &plan = context.plan;
  const plan::Sizes &sizes = plan.sizes;
  const Predictor &predictor = context.predictor;
  const int64_t visits = int64_t(plan.schedule.size());

  std::string cards;
  cards += card(scaled(double(plan::countParameters(plan)), ""), "parameters");
  cards += card(scaled(double(context.layout.fileBytes), "B"), "weights file");
  cards += card(scaled(double(weights::weightBytesPerToken(plan, context.layout)), "B"), "of weights read for a token");
  cards += card(scaled(double(weights::cacheBytesPerToken(plan)), "B"),
                plan::cacheRooms(plan).step == 0 ? "of cache for a token" : "of cache for a token, inside all windows");
  cards += card(scaled(double(plan.arenaBytes), "B"), "arena of activations");
  const std::string source = context.inputs.readBandwidth ? "measured " : "assumed ";
  for (const auto &[threads, bandwidth] :
       {std::pair(1, context.machine.threadBytesPerSecond), {2, 2 * context.machine.threadBytesPerSecond}})
    cards +=
        card(fixed(1 / predictor.tokenSeconds(context.position, threads), 0),
             "tokens/s estimated, " + std::to_string(threads) + (threads == 1 ? " thread, " : " threads, ") + source +
                 scaled(std::min(bandwidth,
                                 std::max(context.machine.allBytesPerSecond, context.machine.threadBytesPerSecond)),
                        "B/s"));

  Table facts({}, "facts");
  facts.add({"Model", "<b>" + escaped(plan.name) + "</b> from <code>" + escaped(plan.source) + "</code>"});
  facts.add({"Target", "<b>" + escaped(context.target.name) + "</b>: " + escaped(context.target.description)});
  facts.add({"Vectors", std::to_string(context.target.lanes) + " float32 lanes, " +
                            std::to_string(context.target.registers) + " registers, codes as " +
                            (context.target.codes == targets::CodeType::U8 ? "u8" : "i8") + "; L1 " +
                            binaryBytes(context.target.l1Bytes) + ", L2 " + binaryBytes(context.target.l2Bytes) +
                            " for each core"});
  facts.add({"Recipe", recipe(plan)});
  facts.add({"Shape", grouped(sizes.blocks) + " blocks" +
                          (visits == sizes.blocks ? "" : " visited " + grouped(visits) + " times in all") + ", model " +
                          grouped(sizes.model) + ", hidden " + grouped(sizes.hidden) + ", " + grouped(sizes.heads) +
                          " query heads and " + grouped(sizes.keyValueHeads) + " key-value heads of " +
                          grouped(sizes.headSize) + ", vocabulary " + grouped(sizes.vocabulary)});
  facts.add({"Parameters", grouped(plan::countParameters(plan)) + ", each stored number once"});
  facts.add({"Context", grouped(sizes.context) + " tokens; a prompt goes through in chunks of " + grouped(plan.chunk)});
  facts.add({"Phases", plan::phasesOfVisit(plan.decode.body) + " for a visit of a block by one token, " +
                           plan::phasesOfVisit(plan.prefill.body) + " by a chunk; a barrier after each"});
  return section("overview", "Overview", "<div class=\"cards\">" + cards + "</div>\n" + facts.html());
}

} // namespace weebill::report
