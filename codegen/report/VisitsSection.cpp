//===- VisitsSection.cpp - The block of each visit ------------------------===//
//
// Tested by tests/unit/codegen/report/ReportTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/formats/Formats.h"
#include "codegen/report/Html.h"
#include "codegen/report/ReuseText.h"
#include "codegen/report/Sections.h"
#include "codegen/report/Svg.h"

#include <algorithm>
#include <set>

namespace weebill::report {

namespace {

enum class Kind { First, RightBehind, Later };

/// How the weights of each visit were last used.
std::vector<Kind> kinds(const std::vector<int64_t> &schedule) {
  std::vector<Kind> list;
  std::set<int64_t> seen;
  for (size_t visit = 0; visit < schedule.size(); ++visit) {
    const bool again = !seen.insert(schedule[visit]).second;
    list.push_back(!again ? Kind::First : schedule[visit] == schedule[visit - 1] ? Kind::RightBehind : Kind::Later);
  }
  return list;
}

const char *cssClass(Kind kind) {
  return kind == Kind::First ? "visit" : kind == Kind::RightBehind ? "visit behind" : "visit later";
}

std::string picture(const std::vector<int64_t> &schedule, const std::vector<Kind> &list) {
  constexpr int perRow = 30;
  constexpr double boxWidth = 34, rowHeight = 44;
  const double rows = double((schedule.size() + perRow - 1) / perRow);
  Svg svg(perRow * boxWidth, rows * rowHeight, "The block of each visit, in order");
  for (size_t visit = 0; visit < schedule.size(); ++visit) {
    const double x = double(visit % perRow) * boxWidth, y = double(visit / perRow) * rowHeight;
    svg.box(x + 1, y + 12, boxWidth - 2, 26, cssClass(list[visit]),
            "visit " + std::to_string(visit) + ": block " + std::to_string(schedule[visit]));
    svg.words(x + boxWidth / 2, y + 9, std::to_string(visit), "middle", "tick");
    svg.words(x + boxWidth / 2, y + 30, std::to_string(schedule[visit]), "middle", "inside");
  }
  return "<figure>" + svg.html() + "</figure>\n";
}

/// What a visit finds of a block that was visited before, and what that is worth.
std::string reuseTable(const ReportContext &context, bool decode, const std::vector<Pass> &passes) {
  const Predictor &predictor = context.predictor;
  Table table({"Threads", decode ? ">Tokens in the cache" : ">Tokens of the prompt", ">Weights", ">Cache",
               ">Activations", "Weights come from", ">Time of it, by the first"});
  for (int threads : {1, 2, 4})
    for (const Pass &pass : passes) {
      const Footprint each = footprintOfVisit(context.plan, context.layout, pass, threads);
      const std::optional<Sources> sources = predictor.sourcesOfReturns(pass, threads);
      if (!sources)
        return "";
      const double again = predictor.visitSeconds(decode, pass, threads, *sources);
      const double first = predictor.visitSeconds(decode, pass, threads, kFromMemory);
      table.add({std::to_string(threads), ">" + grouped(decode ? pass.firstPosition : pass.tokens),
                 ">" + binaryBytes(each.weights), ">" + binaryBytes(each.cache), ">" + binaryBytes(each.activations),
                 inWords(*sources), ">" + fixed(again / first, 2)});
    }
  return table.html();
}

/// What floats may become instead: the formats of `--weights int6`, `int5` and `int4`.
constexpr std::pair<const char *, const formats::WeightFormat *> kFewerBits[] = {
    {"int6", &formats::kMatrixQ6_0}, {"int5", &formats::kMatrixQ5_0}, {"int4", &formats::kMatrixQ4_1}};

double bitsWithScales(const formats::KeptBlocks &kept) { return 8 * double(kept.recordBytes) / double(kept.columns); }

/// Whether a thread's rows of a block would stay in its second cache with fewer bits than the 8 that they have.
std::string fewerBits(const ReportContext &context) {
  const targets::Caches caches = context.predictor.caches();
  bool anyMatrix = false;
  for (const plan::WeightPlan &weight : context.plan.weights)
    anyMatrix |= weight.perBlock && weight.format->isMatrix() && weight.format->bits() == 8;
  if (!anyMatrix)
    return "";
  std::vector<std::string> headings = {"Threads", ">As built", "Fit L2"};
  std::string bits;
  for (const auto &[word, format] : kFewerBits) {
    headings.insert(headings.end(), {std::string(">") + word, "Fit L2"});
    bits += (bits.empty() ? "" : ", ") + fixed(bitsWithScales(*format->kept), 1) + " bits for " + word;
  }
  Table table(headings);
  for (int threads = 1; threads <= kMostThreads; ++threads) {
    std::vector<std::string> cells = {std::to_string(threads)};
    const auto add = [&](int64_t bytes) {
      const bool fits = bytes * std::min(threads, caches.l2.sharedBy) <= caches.l2.bytes;
      cells.push_back(">" + binaryBytes(bytes));
      cells.push_back(fits ? "<span class=\"good\">yes</span>" : "<span class=\"bad\">no</span>");
    };
    const int64_t built = footprintOfVisit(context.plan, context.layout, {1, 0}, threads).weights;
    add(built);
    for (const auto &[word, format] : kFewerBits)
      add(int64_t(double(built) * bitsWithScales(*format->kept) / 8));
    table.add(cells);
  }
  return "<h3>What fewer bits would give</h3>\n" +
         note("A thread's rows of a block, as they are built and as <code>--weights</code> could build them: " + bits +
              ", scales included.") +
         table.html();
}

std::string reuse(const ReportContext &context) {
  const int64_t last = context.plan.sizes.context - 1;
  const targets::Caches caches = context.predictor.caches();
  std::vector<Pass> steps = {{1, 0}}, prompts;
  for (int64_t position : {context.position, last})
    if (position > steps.back().firstPosition)
      steps.push_back({1, position});
  for (int64_t tokens : {int64_t(8), int64_t(16), context.plan.chunk})
    if (tokens > 1 && tokens <= context.plan.chunk && tokens <= context.plan.sizes.context)
      if (prompts.empty() || tokens > prompts.back().tokens)
        prompts.push_back({tokens, 0});
  return "<h3>What a visit finds of the visit before</h3>\n" +
         note(std::string(caches.detected ? "Caches of the machine that compiled this: "
                                          : "Caches of a typical machine, from the table of targets: ") +
              inWords(caches) +
              ". Between two visits of a block a thread touches its rows of the blocks visited meanwhile, its heads of "
              "the cache and the activations. What fits in a cache is found there. The last column is the time of such "
              "a visit at best, by that of a visit whose weights come from memory.") +
         reuseTable(context, true, steps) + "<h3>The same for prompts</h3>\n" + reuseTable(context, false, prompts) +
         fewerBits(context);
}

} // namespace

std::string visitsSection(const ReportContext &context) {
  const std::vector<int64_t> &schedule = context.plan.schedule;
  const std::vector<Kind> list = kinds(schedule);
  bool behind = false, later = false;
  for (Kind kind : list) {
    behind |= kind == Kind::RightBehind;
    later |= kind == Kind::Later;
  }
  std::string text =
      "The upper number is the visit, the lower its block. <span class=\"key visit\">first visit</span> ";
  if (behind)
    text += "<span class=\"key behind\">right behind itself</span> ";
  if (later)
    text += "<span class=\"key later\">again, later</span> ";
  if (!behind && !later)
    text += "Every block is visited once: its weights come from memory for each token.";
  else
    text += "A shared block is stored once; each of its visits has a cache of its own. Rows belong to the same thread "
            "in every visit, so a visit finds the weights of the one before in that core's caches as far as they hold "
            "them.";
  return section("visits", "Visits of blocks",
                 note(text) + picture(schedule, list) + (behind || later ? reuse(context) : ""));
}

} // namespace weebill::report
