//===- Sections.h - The parts of the report ----------------------*- C++ -*-===//
//
// Each is one file and gives one <section>. Tested by tests/unit/codegen/report/ReportTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_REPORT_SECTIONS_H
#define WEEBILL_CODEGEN_REPORT_SECTIONS_H

#include "codegen/report/Report.h"

#include <string>

namespace weebill::report {

/// What all sections draw from.
struct ReportContext {
  const plan::ModelPlan &plan;
  const targets::Target &target;
  const weights::WeightsLayout &layout;
  const ReportInputs &inputs;
  Machine machine; // with what was measured
  Predictor predictor;
  int64_t position = 0; // of the token that costs are given for
};

constexpr int kMostThreads = 4; // in tables

std::string overviewSection(const ReportContext &context);
std::string fusionSection(const ReportContext &context);
std::string speedSection(const ReportContext &context);
std::string rooflineSection(const ReportContext &context);
/// The phases of one token, or of a chunk.
std::string phasesSection(const ReportContext &context, bool decode);
std::string visitsSection(const ReportContext &context);
std::string weightsSection(const ReportContext &context);
std::string arenaSection(const ReportContext &context);
std::string cacheSection(const ReportContext &context);
std::string kernelsSection(const ReportContext &context);
std::string sourcesSection(const ReportContext &context);

/// The style sheet.
extern const char *const kReportStyle;

} // namespace weebill::report

#endif // WEEBILL_CODEGEN_REPORT_SECTIONS_H
