//===- ReportPage.h - NAME.report.html ---------------------------*- C++ -*-===//
//
// Gathers what the compile report shows. Tested by tests/python/test_report.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_API_REPORTPAGE_H
#define WEEBILL_COMPILER_API_REPORTPAGE_H

#include "codegen/emit/KernelNote.h"
#include "codegen/plan/ModelPlan.h"
#include "codegen/targets/Caches.h"
#include "codegen/targets/Target.h"
#include "codegen/weights/Layout.h"

#include <string>
#include <vector>

namespace weebill::api {

/// The page. Nothing in it is measured, so that it depends on the model and the options alone, and for `--target
/// native` on the sizes of this machine's caches.
std::string reportPage(const plan::ModelPlan &plan, const weights::WeightsLayout &layout,
                       const std::vector<const targets::Target *> &targets,
                       const std::vector<emit::KernelNote> &kernels, const targets::Caches &caches);

} // namespace weebill::api

#endif // WEEBILL_COMPILER_API_REPORTPAGE_H
