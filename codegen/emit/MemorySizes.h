//===- MemorySizes.h - What a running model takes ----------------*- C++ -*-===//
//
// Everything is known ahead: the emitted file states it, `weebill inspect` prints it, and tests/emitted/test_memory.py
// holds it against what the process maps. Tested by tests/emitted/test_memory.py and
// tests/emitted/test_build_command.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_EMIT_MEMORYSIZES_H
#define WEEBILL_CODEGEN_EMIT_MEMORYSIZES_H

#include "codegen/plan/ModelPlan.h"
#include "codegen/weights/Layout.h"

namespace weebill::emit {

/// Of every thread that an emitted program starts. With optimization kernels use less than 32 KiB of it; the rest is
/// for builds without, where every temporary has a place of its own (136 KiB were measured), and for sanitizers (800
/// KiB). What is not used is address space, not memory.
constexpr int64_t kStackBytes = 1 << 20;

/// Bytes of the run-time memory of one model instance, as the emitted file states them.
struct MemorySizes {
  int64_t weightsFile = 0;
  int64_t cache = 0;
  int64_t activations = 0;              // buffers of a chunk
  int64_t scratchPerThread = 0;         // one token's private buffers and attention's scores
  int64_t stackPerThread = kStackBytes; // but for the first thread, which is the caller's
  int64_t weightsPerToken = 0;          // bytes of weights that one decoded token reads; a shared block counts once
};
MemorySizes memorySizes(const plan::ModelPlan &plan, const weights::WeightsLayout &layout);

} // namespace weebill::emit

#endif // WEEBILL_CODEGEN_EMIT_MEMORYSIZES_H
