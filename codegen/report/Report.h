//===- Report.h - The compile report -----------------------------*- C++ -*-===//
//
// One page that shows what the compiler made of a model: fusions, phases, kernels, who computes what, what lies where,
// and what speed memory and arithmetic allow. It needs no script and no other file, and the same input gives the same
// bytes. Tested by tests/unit/codegen/report/ReportTest.cpp and tests/python/test_report.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_REPORT_REPORT_H
#define WEEBILL_CODEGEN_REPORT_REPORT_H

#include "codegen/plan/ModelPlan.h"
#include "codegen/report/Prediction.h"
#include "codegen/targets/Target.h"
#include "codegen/weights/Layout.h"

#include <optional>
#include <string>
#include <vector>

namespace weebill::report {

/// A kernel of the emitted file.
struct ReportKernel {
  std::string name;
  std::vector<std::string> comment; // what it computes and its schedule numbers, line by line
  std::vector<std::string> roles;   // steps that use it: "qkv", "down"
  std::string text = "";            // its C++, or empty
  std::string target = "";          // told if the file carries several
};

/// A text to look up at the end of the page, folded away.
struct SourceText {
  std::string title, text;
};

struct MeasuredBandwidth {
  double bytesPerSecond = 0; // of all threads together
  int threads = 1;
};

struct ReportInputs {
  std::string version;                            // of Weebill
  std::vector<std::string> otherTargets;          // that the emitted file also carries
  std::vector<ReportKernel> kernels;              // in the order of the emitted file
  std::optional<MeasuredBandwidth> readBandwidth; // replaces the machine's assumed one
  Machine machine;                                // assumed where nothing is measured
  std::vector<SourceText> sources;
};

/// The page, UTF-8, well-formed as HTML and as XML. Names may hold anything: they are escaped.
std::string emitReport(const plan::ModelPlan &plan, const targets::Target &target, const weights::WeightsLayout &layout,
                       const ReportInputs &inputs);

} // namespace weebill::report

#endif // WEEBILL_CODEGEN_REPORT_REPORT_H
