//===- ReuseText.h - Reuse in words ------------------------------*- C++ -*-===//
//
// What the compile report, the emitted file's opening comment and `weebill inspect` say of shared blocks. ASCII. Tested
// by tests/unit/codegen/report/ReuseTextTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_REPORT_REUSETEXT_H
#define WEEBILL_CODEGEN_REPORT_REUSETEXT_H

#include "codegen/report/Prediction.h"

#include <string>
#include <vector>

namespace weebill::report {

/// "31 % from L2, 69 % from L3".
std::string inWords(const Sources &sources);

/// "L1 48 KiB, L2 2 MiB, L3 32 MiB for 16 threads".
std::string inWords(const targets::Caches &caches);

/// Lines about the visits that come back to a block, with an empty cache; none for a model without any.
std::vector<std::string> reuseLines(const plan::ModelPlan &plan, const targets::Target &target,
                                    const weights::WeightsLayout &layout, const targets::Caches &caches);

} // namespace weebill::report

#endif // WEEBILL_CODEGEN_REPORT_REUSETEXT_H
