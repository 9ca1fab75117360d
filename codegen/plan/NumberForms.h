//===- NumberForms.h - How a plan's numbers are kept, in words ---*- C++ -*-===//
//
// For the emitted file's opening comment, the report and `weebill inspect`. Tested by
// tests/unit/codegen/report/ReportTest.cpp and tests/emitted/test_forms.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_PLAN_NUMBERFORMS_H
#define WEEBILL_CODEGEN_PLAN_NUMBERFORMS_H

#include "codegen/plan/ModelPlan.h"

namespace weebill::plan {

/// What matrices are kept as: "int8, one scale a row".
std::string weightsForm(const ModelPlan &plan);

/// What they multiply: "int8, one scale and one zero point a token".
std::string activationsForm(const ModelPlan &plan);

/// "float16".
std::string cacheForm(const ModelPlan &plan);

} // namespace weebill::plan

#endif // WEEBILL_CODEGEN_PLAN_NUMBERFORMS_H
