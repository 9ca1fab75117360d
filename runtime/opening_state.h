//===- opening_state.h - How chats begin, computed before --------*- C++ -*-===//
//
// The weights file has the tokens of the system prompt that the program was built with, and what the cache knows of
// them: a saved state behind the content. A conversation that begins with the same tokens, or some of them, takes these
// in place of computing them, to the same bits. no_opening_state.h is for programs without such a prompt. Needs
// kContentBytes, kOpeningBytes and kOpeningHash. Tested by tests/emitted/test_system_prompt.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/fail.h"
#include "runtime/model.h"
#include "runtime/saved_state_header.h"
#include "runtime/state_check.h"
#include "runtime/types.h"

#include <algorithm>
#include <cstring>

class OpeningState {
public:
  /// `content`: of the weights file, which outlives this object. Fails if the state is not the one of the build.
  OpeningState(const Model &model, const u8 *content) : state(content + kContentBytes) {
    constexpr const char *kWhat = "the system prompt's state, behind the weights,";
    const SavedStateHeader header = check_state(model, kWhat, state, kOpeningBytes);
    if (header.body_hash != kOpeningHash)
      fail("%s is another prompt's: its content is %016llx, this program was built for %016llx", kWhat,
           static_cast<unsigned long long>(header.body_hash), static_cast<unsigned long long>(kOpeningHash));
    positions = header.positions;
  }

  /// Gives a model that has no tokens the first of `ids`, `most` at most, as far as they are the opening's. Returns how
  /// many.
  i32 put(Model &model, const i32 *ids, i32 most) const {
    const u8 *next = state + sizeof(SavedStateHeader);
    i32 count = 0;
    for (i32 id; count < most && count < positions; ++count) {
      std::memcpy(&id, next + u64(count) * sizeof id, sizeof id);
      if (id != ids[count])
        break;
    }
    if (is_slid_beyond(positions - 1, std::max(count - 1, 0)))
      return 0; // it has only what goes on from all of it needs
    model.have(ids, count);
    next += u64(positions) * (sizeof(i32) + 1);
    for (i32 visit = 0; visit < kVisits; ++visit) {
      const Cache cache = model.cache_of(visit);
      for (i32 index = 0; index < kCacheParts; ++index) {
        const CachePart part = cache_part(cache, index, count);
        std::memcpy(part.start, next, part.bytes);
        next += cache_part(cache, index, positions).bytes;
      }
    }
    return count;
  }

private:
  const u8 *state; // checked
  i32 positions;
};
