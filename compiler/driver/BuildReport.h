//===- BuildReport.h - NAME.report.html --------------------------*- C++ -*-===//
//
// Gathers what the compile report shows. Tested by tests/python/test_report.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_DRIVER_BUILDREPORT_H
#define WEEBILL_COMPILER_DRIVER_BUILDREPORT_H

#include "codegen/emit/KernelNote.h"
#include "codegen/targets/Caches.h"
#include "compiler/driver/PlanModel.h"

#include <string>
#include <vector>

namespace weebill::driver {

/// The page. Nothing in it is measured, so that it depends on the model and the options alone, and for `--target
/// native` on the sizes of this machine's caches.
std::string buildReport(const PlannedModel &planned, const std::vector<const targets::Target *> &targets,
                        const std::vector<emit::KernelNote> &kernels, const targets::Caches &caches);

} // namespace weebill::driver

#endif // WEEBILL_COMPILER_DRIVER_BUILDREPORT_H
