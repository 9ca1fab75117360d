//===- state_check.h - Whether bytes are a state to go on from ----*- C++ -*-===//
//
// They come from strangers: nothing of them is used before everything was checked. Needs kContentHash and kStateHash.
// Tested by tests/unit/runtime/ConversationTest.cpp and tests/emitted/test_c_api_state.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/content_hash.h"
#include "runtime/fail.h"
#include "runtime/model.h"
#include "runtime/saved_state_header.h"
#include "runtime/types.h"

#include <cstring>

/// Bytes of the state of so many tokens.
inline u64 saved_state_bytes(const Model &model, i32 positions) {
  u64 bytes = sizeof(SavedStateHeader) + u64(positions) * (sizeof(i32) + 1);
  for (i32 visit = 0; visit < kVisits; ++visit)
    for (i32 index = 0; index < kCacheParts; ++index)
      bytes += cache_part(model.cache_of(visit, positions), index, positions).bytes;
  return (bytes + 63) / 64 * 64;
}

/// Fails if these bytes are not a state that this program can go on from. `what` names them: "state file 'x'".
inline SavedStateHeader check_state(const Model &model, const char *what, const u8 *data, u64 bytes) {
  using Number = unsigned long long;
  SavedStateHeader header;
  if (bytes < sizeof header)
    fail("%s is cut: it has %llu bytes, and its header alone %zu", what, Number{bytes}, sizeof header);
  std::memcpy(&header, data, sizeof header);
  if (std::memcmp(header.magic, kStateMagic, sizeof kStateMagic) != 0)
    fail("%s is no saved state: it does not begin with WEESTATE", what);
  if (header.format_version != kStateFormatVersion || header.header_bytes != sizeof header)
    fail("%s has format %u with a header of %u bytes, this program reads format %u with %zu", what,
         header.format_version, header.header_bytes, kStateFormatVersion, sizeof header);
  if (header.model_hash != kContentHash)
    fail("%s is another model's: its weights are %016llx, this program's %016llx", what, Number{header.model_hash},
         Number{kContentHash});
  if (header.state_hash != kStateHash)
    fail("%s was saved by a program with other numbers or another cache: %016llx, this program's are %016llx", what,
         Number{header.state_hash}, Number{kStateHash});
  if (header.positions < 0 || header.positions > kContext)
    fail("%s has %d tokens, the context holds %d", what, header.positions, kContext);
  const u64 whole = saved_state_bytes(model, header.positions);
  if (header.bytes != bytes || bytes != whole)
    fail("%s is cut or grown: it has %llu bytes, a state of %d tokens has %llu", what, Number{bytes}, header.positions,
         Number{whole});
  const u64 found = content_hash(data + sizeof header, bytes - sizeof header);
  if (found != header.body_hash)
    fail("%s is damaged: its content is %016llx, its header says %016llx", what, Number{found},
         Number{header.body_hash});
  const u8 *const ids = data + sizeof header, *const marks = ids + u64(header.positions) * sizeof(i32);
  bool sound = header.kept >= 0 && header.kept <= header.positions && header.unread >= -1 &&
               header.unread < kVocabulary && (header.unread < 0 || header.positions > 0);
  for (i32 index = 0; index < header.positions; ++index) {
    i32 id;
    std::memcpy(&id, ids + u64(index) * sizeof id, sizeof id);
    sound = sound && id >= 0 && id < kVocabulary && marks[index] <= 1;
  }
  if (!sound)
    fail("%s makes no sense: it has tokens outside of the vocabulary of %d, or says it keeps more than it has", what,
         kVocabulary);
  return header;
}
