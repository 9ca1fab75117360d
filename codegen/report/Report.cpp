//===- Report.cpp - The page of the compile report ------------------------===//
//
// Tested by tests/unit/codegen/report/ReportTest.cpp and tests/python/test_report.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/report/Report.h"

#include "codegen/report/Accuracy.h"
#include "codegen/report/Html.h"
#include "codegen/report/Sections.h"

#include <algorithm>

namespace weebill::report {

/// What was measured counts for all threads together; one of them had its part.
static Machine machineOf(const ReportInputs &inputs) {
  Machine machine = inputs.machine;
  if (const std::optional<MeasuredBandwidth> &measured = inputs.readBandwidth) {
    machine.allBytesPerSecond = measured->bytesPerSecond;
    machine.threadBytesPerSecond = measured->bytesPerSecond / std::max(1, measured->threads);
  }
  return machine;
}

static std::string subtitle(const ReportContext &context) {
  const std::vector<std::string> &others = context.inputs.otherTargets;
  std::string names;
  for (const std::string &other : others)
    names += ", " + escaped(other);
  return "<p>compiled for <b>" + escaped(context.target.name) + "</b>" + names + " by Weebill " +
         escaped(context.inputs.version) + (others.empty() ? "" : "; numbers are for the first target") + "</p>";
}

static std::string contents(const ReportContext &context) {
  std::string links;
  const auto add = [&](const char *id, const char *title) {
    links += "<a href=\"#" + std::string(id) + "\">" + title + "</a>\n";
  };
  add("accuracy", "Accuracy");
  add("fusion", "Fusion");
  add("speed", "Speed");
  add("roofline", "Roofline");
  add("decode", "One token");
  add("prefill", "A chunk");
  add("visits", "Visits");
  add("weights", "Weights");
  add("arena", "Arena");
  add("cache", "Cache");
  add("kernels", "Kernels");
  if (!context.inputs.sources.empty())
    add("sources", "Texts");
  return "<nav>" + links + "</nav>\n";
}

std::string emitReport(const plan::ModelPlan &plan, const targets::Target &target, const weights::WeightsLayout &layout,
                       const ReportInputs &inputs) {
  const Machine machine = machineOf(inputs);
  const ReportContext context{plan,
                              target,
                              layout,
                              inputs,
                              machine,
                              Predictor(plan, target, layout, machine),
                              std::clamp<int64_t>(512, 0, std::max<int64_t>(0, plan.sizes.context - 1))};

  // The policy makes sure of it: nothing is loaded and nothing runs, whatever a model's names hold.
  std::string page = "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head>\n"
                     "<meta charset=\"utf-8\"/>\n"
                     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                     "'unsafe-inline'\"/>\n"
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                     "<meta name=\"color-scheme\" content=\"light dark\"/>\n<title>";
  page += escaped(plan.name) + " for " + escaped(target.name) + " – compile report</title>\n<style>\n" + kReportStyle +
          "</style>\n</head>\n<body>\n<header><h1>" + escaped(plan.name) + "</h1>" + subtitle(context) + "</header>\n" +
          contents(context) + "<main>\n";
  page += overviewSection(context) + unmeasuredSection() + fusionSection(context) + speedSection(context) +
          rooflineSection(context) + phasesSection(context, true) + phasesSection(context, false) +
          visitsSection(context) + weightsSection(context) + arenaSection(context) + cacheSection(context) +
          kernelsSection(context) + sourcesSection(context);
  return page + "</main>\n</body>\n</html>\n";
}

} // namespace weebill::report
