//===- Traffic.h - Bytes that one decoded token moves ------------*- C++ -*-===//
//
// The roofline of decoding: a token needs every weight once and everything in the cache. Tested by
// tests/unit/codegen/weights/TrafficTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_WEIGHTS_TRAFFIC_H
#define WEEBILL_CODEGEN_WEIGHTS_TRAFFIC_H

#include "codegen/plan/ModelPlan.h"
#include "codegen/weights/Layout.h"

#include <cstdint>

namespace weebill::weights {

/// Bytes of weights that decoding one token reads: all that its steps use, each shared block once, of the embedding one
/// row unless the head reads all of it.
int64_t weightBytesPerToken(const plan::ModelPlan &plan, const WeightsLayout &layout);

/// Bytes of cache that one position of one visit takes: keys, values and, of codes, their scales.
int64_t cacheBytesPerVisit(const plan::ModelPlan &plan);

/// The same of all visits, those among them that keep a window only.
int64_t cacheBytesPerToken(const plan::ModelPlan &plan);

/// Bytes of cache that so many tokens have room in: no more of a visit with a window than it keeps.
int64_t cacheBytes(const plan::ModelPlan &plan, int64_t tokens);

} // namespace weebill::weights

#endif // WEEBILL_CODEGEN_WEIGHTS_TRAFFIC_H
