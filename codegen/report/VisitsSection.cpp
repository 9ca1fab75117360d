//===- VisitsSection.cpp - The block of each visit ------------------------===//
//
// Tested by tests/unit/codegen/report/ReportTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/report/Html.h"
#include "codegen/report/Sections.h"
#include "codegen/report/Svg.h"

#include <set>

using namespace weebill;

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

std::string cacheTable(const ReportContext &context, bool shared) {
  std::vector<std::string> heads = {"Threads", ">Bytes of a block for each", ">L2 of a core", "Fits"};
  if (shared)
    heads.push_back(">Visits from L2");
  heads.push_back(">Tokens/s at most");
  Table table(heads);
  for (int threads = 1; threads <= kMostThreads; ++threads) {
    const bool fits = context.predictor.blockFits(threads);
    std::vector<std::string> cells = {std::to_string(threads),
                                      ">" + grouped((context.layout.blockStride + threads - 1) / threads),
                                      ">" + grouped(context.target.l2Bytes),
                                      fits ? "<span class=\"good\">yes</span>" : "<span class=\"bad\">no</span>"};
    if (shared)
      cells.push_back(">" + grouped(context.predictor.residentVisits(threads)) + " of " +
                      grouped(int64_t(context.plan.schedule.size())));
    cells.push_back(">" + fixed(1 / context.predictor.tokenSeconds(context.position, threads), 0));
    table.add(cells);
  }
  return table.html();
}

} // namespace

std::string weebill::visitsSection(const ReportContext &context) {
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
            "in every visit, so a visit right behind itself finds its weights in that core's L2 if the thread's part "
            "of the block fits in there.";
  return section("visits", "Visits of blocks",
                 note(text) + picture(schedule, list) + cacheTable(context, behind || later));
}
