//===- CacheRooms.h - Positions that caches have room for ---------*- C++ -*-===//
//
// A visit with a window keeps the window, room for a chunk and for a step that windows move by
// (runtime/cache_windows.h, docs/decisions/0012-caches-of-windows.md); every other visit keeps the whole context.
// Tested by tests/unit/codegen/plan/CacheRoomsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_PLAN_CACHEROOMS_H
#define WEEBILL_CODEGEN_PLAN_CACHEROOMS_H

#include "codegen/plan/ModelPlan.h"

namespace weebill::plan {

struct CacheRooms {
  int64_t step = 0;               // positions that windows move by, a multiple of 64; 0: no visit keeps a window only
  std::vector<int64_t> windows;   // of each visit; 0: it keeps the whole context
  std::vector<int64_t> positions; // that each visit has room for, a multiple of 64
  std::vector<bool> convolves;    // of each visit: it keeps rows of a convolution, and no keys and values

  /// How many visits keep a window of keys and values only.
  int64_t windowed() const;
  /// The first position that a visit keeps when it has so many tokens and may go on from them.
  int64_t firstKept(size_t visit, int64_t tokens) const;
};

CacheRooms cacheRooms(const ModelPlan &plan);

} // namespace weebill::plan

#endif // WEEBILL_CODEGEN_PLAN_CACHEROOMS_H
