//===- BuildReport.cpp - NAME.report.html ---------------------------------===//
//
// Tested by tests/python/test_report.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/BuildReport.h"

#include "codegen/report/Report.h"

#include <sstream>

namespace weebill::driver {

static std::vector<std::string> linesOf(const std::string &text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);)
    lines.push_back(line);
  return lines;
}

std::string buildReport(const PlannedModel &planned, const std::vector<const targets::Target *> &targets,
                        const std::vector<emit::KernelNote> &kernels, const targets::Caches &caches) {
  report::ReportInputs inputs;
  inputs.version = kWeebillVersion;
  inputs.machine.caches = caches;
  for (size_t i = 1; i < targets.size(); ++i)
    inputs.otherTargets.push_back(targets[i]->name);
  for (const emit::KernelNote &kernel : kernels)
    inputs.kernels.push_back({kernel.name,
                              linesOf(kernel.comment),
                              {kernel.roles.begin(), kernel.roles.end()},
                              kernel.text,
                              targets.size() > 1 ? kernel.target : ""});
  inputs.sources.push_back({"The plan: buffers, weights, phases and steps", plan::printPlan(planned.plan)});
  return report::emitReport(planned.plan, *targets.front(), planned.layout, inputs);
}

} // namespace weebill::driver
