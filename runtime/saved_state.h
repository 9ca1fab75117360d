//===- saved_state.h - What a conversation knows, as bytes -------*- C++ -*-===//
//
// A header, the tokens, and what the cache has of them, in blocks that do not depend on the size of the context. Who
// restores it goes on with the same bits. It comes from strangers: nothing is used before everything was checked. Needs
// kContentHash and kStateHash. Tested by tests/unit/runtime/ConversationTest.cpp and
// tests/emitted/test_c_api_state.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/content_hash.h"
#include "runtime/conversation.h"
#include "runtime/fail.h"
#include "runtime/file_copy.h"
#include "runtime/replaced_file.h"
#include "runtime/types.h"
#include "runtime/zeroed_memory.h"

#include <cstddef>
#include <cstdio>
#include <cstring>

constexpr char kStateMagic[8] = {'W', 'E', 'E', 'S', 'T', 'A', 'T', 'E'};
constexpr u32 kStateFormatVersion = 1;

/// Little endian. Then, without gaps: ids, i32 [positions]; open marks, u8 [positions]; the parts of each visit's
/// cache, visit by visit; zeros up to a multiple of 64 bytes.
struct SavedStateHeader {
  char magic[8];
  u32 format_version;
  u32 header_bytes; // of this struct
  u64 model_hash;   // the content hash of the weights
  u64 state_hash;   // of the program's numbers and the shape of its cache
  u64 bytes;        // of everything, header included
  u64 body_hash;    // of what follows the header
  i32 positions;    // tokens in the cache
  i32 kept;         // of them, first ones that stay
  i32 unread;       // a token that is not in the cache yet; -1: none
  u32 reserved = 0;
};
static_assert(sizeof(SavedStateHeader) == 64);

/// Bytes of the state of so many tokens.
inline u64 saved_state_bytes(const Model &model, i32 positions) {
  u64 bytes = sizeof(SavedStateHeader) + u64(positions) * (sizeof(i32) + 1);
  for (i32 index = 0; index < kCacheParts; ++index)
    bytes += u64{kVisits} * cache_part(model.cache_of(0), index, positions).bytes;
  return (bytes + 63) / 64 * 64;
}

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
