//===- Elements.h - Names and sizes of element types -------------*- C++ -*-===//
//
// Tested by tests/lit/plan/fused.test (names) and tests/emitted/test_memory.py (sizes).
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_PLAN_ELEMENTS_H
#define WEEBILL_CODEGEN_PLAN_ELEMENTS_H

#include "codegen/plan/ModelPlan.h"

namespace weebill::plan {

/// "f32", "u8": as emitted code and the plan's text call it.
std::string elementName(Element element);

/// Bytes of one element.
int64_t elementBytes(Element element);

} // namespace weebill::plan

#endif // WEEBILL_CODEGEN_PLAN_ELEMENTS_H
