//===- no_opening_state.h - Chats that begin with nothing --------*- C++ -*-===//
//
// In the place of opening_state.h in programs that were built without a system prompt.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/model.h"
#include "runtime/types.h"

struct OpeningState {
  OpeningState(const Model &, const u8 *) {}
  i32 put(Model &, const i32 *, i32) const { return 0; }
};
