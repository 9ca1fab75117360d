//===- RopeFrequency.h - How fast RoPE turns a pair --------------*- C++ -*-===//
//
// docs/numerics.md, "RoPE": in double precision, wherever angles are needed but in the weights file. Tested by
// tests/unit/compiler/reference/ExactArithmeticTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_ROPEFREQUENCY_H
#define WEEBILL_COMPILER_IMPORT_ROPEFREQUENCY_H

#include "compiler/import/ImportedModel.h"

namespace weebill::importer {

/// What decides RoPE's angles.
struct RopeSettings {
  double theta = 0;
  RopeScaling scaling;
};

/// Radians from one position to the next of pair `pair`.
double ropeFrequency(const RopeSettings &settings, int64_t pair, int64_t headSize);

} // namespace weebill::importer

#endif // WEEBILL_COMPILER_IMPORT_ROPEFREQUENCY_H
