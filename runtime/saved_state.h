//===- saved_state.h - What a conversation knows, as bytes -------*- C++ -*-===//
//
// A header, the tokens, and what the cache has of them, in blocks that do not depend on the size of the context. Who
// restores it goes on with the same bits. Tested by tests/unit/runtime/ConversationTest.cpp and
// tests/emitted/test_c_api_state.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/content_hash.h"
#include "runtime/conversation.h"
#include "runtime/fail.h"
#include "runtime/file_copy.h"
#include "runtime/replaced_file.h"
#include "runtime/saved_state_header.h"
#include "runtime/state_check.h"
#include "runtime/types.h"
#include "runtime/zeroed_memory.h"

#include <cstddef>
#include <cstdio>
#include <cstring>

/// Calls `each(u8 *start, u64 bytes)` for what the state has behind its header, in order.
template <class Each> void for_each_part_of_state(Conversation &conversation, i32 *ids, i32 positions, Each &&each) {
  each(reinterpret_cast<u8 *>(ids), u64(positions) * sizeof(i32));
  each(conversation.open_marks().data(), u64(positions));
  for (i32 visit = 0; visit < kVisits; ++visit)
    for (i32 index = 0; index < kCacheParts; ++index) {
      const CachePart part = cache_part(conversation.model.cache_of(visit), index, positions);
      each(part.start, part.bytes);
    }
}

/// Writes saved_state_bytes() of its tokens.
inline void save_state(Conversation &conversation, u8 *out) {
  Model &model = conversation.model;
  if (!model.need_cache())
    fail("saving was cancelled while tokens were computed again");
  const i32 positions = model.position();
  const u64 bytes = saved_state_bytes(model, positions);
  for (i32 visit = 0; visit < kVisits; ++visit)
    clear_left_over(model.cache_of(visit), positions);
  u8 *next = out + sizeof(SavedStateHeader);
  for_each_part_of_state(conversation, const_cast<i32 *>(model.tokens()), positions, [&](const u8 *part, u64 size) {
    std::memcpy(next, part, size);
    next += size;
  });
  std::memset(next, 0, static_cast<std::size_t>(out + bytes - next));
  SavedStateHeader header{{}, kStateFormatVersion, sizeof header,     kContentHash,       kStateHash, bytes,
                          0,  positions,           conversation.kept, conversation.unread};
  std::memcpy(header.magic, kStateMagic, sizeof kStateMagic);
  header.body_hash = content_hash(out + sizeof header, bytes - sizeof header);
  std::memcpy(out, &header, sizeof header);
}

/// Takes a state in the place of what the conversation has; a state that is refused changes nothing.
inline void restore_state(Conversation &conversation, const char *what, const u8 *data, u64 bytes) {
  const SavedStateHeader header = check_state(conversation.model, what, data, bytes);
  conversation.reset();
  const u8 *next = data + sizeof header;
  for_each_part_of_state(conversation, conversation.model.room_for(header.positions), header.positions,
                         [&](u8 *part, u64 size) {
                           std::memcpy(part, next, size);
                           next += size;
                         });
  conversation.kept = header.kept;
  conversation.unread = header.unread;
}

inline void save_state_file(Conversation &conversation, const char *path) {
  const u64 bytes = saved_state_bytes(conversation.model, conversation.model.position());
  const ZeroedMemory memory(bytes);
  save_state(conversation, memory.data());
  ReplacedFile file(path);
  file.write(memory.data(), static_cast<std::size_t>(bytes));
  file.finish();
}

inline void restore_state_file(Conversation &conversation, const char *path) {
  const FileCopy file(path, saved_state_bytes(conversation.model, kContext), "state file");
  char what[512];
  std::snprintf(what, sizeof what, "state file '%s'", path);
  restore_state(conversation, what, file.data(), file.bytes() + (file.is_cut() ? 1 : 0));
}
