//===- saved_state_header.h - What a saved state begins with -----*- C++ -*-===//
//
// The compiler includes it, too: the state of a model's opening (opening_state.h) is one. Tested by
// tests/unit/runtime/ConversationTest.cpp and tests/unit/codegen/weights/SavedStateTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"

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
