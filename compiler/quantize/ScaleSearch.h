//===- ScaleSearch.h - The scale of a group ----------------------*- C++ -*-===//
//
// Rounds 32 weights to a format: of some scales the one with the least weighted squared error. In double precision and
// in a fixed order, so that the same weights give the same codes everywhere. Tested by
// tests/unit/compiler/quantize/ScaleSearchTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_QUANTIZE_SCALESEARCH_H
#define WEEBILL_COMPILER_QUANTIZE_SCALESEARCH_H

#include "compiler/quantize/GroupFormat.h"

namespace weebill::quantize {

/// `importance` of each weight's squared error is positive or zero, and finite as the weights are. Throws
/// std::invalid_argument for weights whose scale is beyond float16.
Group searchGroup(const GroupFormat &format, const float *weights, const float *importance);

/// The code of a weight in a group whose scale and minimum stand.
int nearestCode(const GroupFormat &format, float scale, float minimum, float weight);

} // namespace weebill::quantize

#endif // WEEBILL_COMPILER_QUANTIZE_SCALESEARCH_H
