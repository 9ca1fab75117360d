//===- SavedState.h - What a program would save of tokens --------*- C++ -*-===//
//
// The bytes that an emitted program's --save writes for a conversation (runtime/saved_state_header.h), made by the
// compiler: how conversations with a model's system prompt begin. Tested by
// tests/unit/codegen/weights/SavedStateTest.cpp and tests/emitted/test_system_prompt.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_WEIGHTS_SAVEDSTATE_H
#define WEEBILL_CODEGEN_WEIGHTS_SAVEDSTATE_H

#include "codegen/plan/ModelPlan.h"

#include <cstdint>
#include <string>
#include <vector>

namespace weebill::weights {

/// Keys and values of one visit of a block, of all positions even where a state has a window only,
/// [positions][key-value heads * head size]: numbers that the cache's element holds, or codes of mixed keys and of
/// values and [positions][key-value heads] scales.
struct CachedVisit {
  std::vector<float> keys, values;
  std::vector<float> keyScales, valueScales; // of codes; empty otherwise
  std::vector<float> rows; // of a visit that convolves, in the place of all others, [positions][columns]
};

/// Programs with the same hash go on from each other's states with the same bits.
uint64_t stateHash(const plan::ModelPlan &plan, const std::string &version);

/// Of the state of so many tokens, its header included: a multiple of 64.
int64_t savedStateBytes(const plan::ModelPlan &plan, int64_t positions);

/// What stands behind its header. `visits` in order.
std::vector<uint8_t> savedStateBody(const plan::ModelPlan &plan, const std::vector<int32_t> &tokens,
                                    const std::vector<CachedVisit> &visits);

/// The hash of a body, which its header holds.
uint64_t savedStateHash(const std::vector<uint8_t> &body);

/// The header of a state with that body, for a model whose weights have that hash.
std::vector<uint8_t> savedStateHeader(int64_t positions, const std::vector<uint8_t> &body, uint64_t contentHash,
                                      uint64_t stateHash);

} // namespace weebill::weights

#endif // WEEBILL_CODEGEN_WEIGHTS_SAVEDSTATE_H
