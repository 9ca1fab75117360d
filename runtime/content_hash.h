//===- content_hash.h - One number for all bytes of the weights --*- C++ -*-===//
//
// Tells one model's weights from another's and finds damage. It is not a signature. Four independent lanes, because a
// single chain of multiplications would be slower than the disk. The compiler includes this header too when it writes
// the file. Tested by tests/unit/runtime/ContentHashTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"

#include <cstring>

/// Bytes come in any number of pieces, each a multiple of 64 bytes long.
class ContentHash {
public:
  ContentHash() {
    for (u64 lane = 0; lane < kLanes; ++lane)
      lanes[lane] = 0xcbf29ce484222325 + lane;
  }

  void add(const u8 *data, u64 bytes) {
    for (u64 first = 0; first + kStride <= bytes; first += kStride)
      for (u64 lane = 0; lane < kLanes; ++lane) {
        u64 word;
        std::memcpy(&word, data + first + lane * sizeof word, sizeof word);
        lanes[lane] = (lanes[lane] ^ word) * 0x100000001b3;
        lanes[lane] ^= lanes[lane] >> 29; // a multiplication only carries upwards: bring high bits back down
      }
  }

  u64 value() const {
    u64 result = 0;
    for (u64 lane : lanes) {
      result = (result ^ lane) * 0x9e3779b97f4a7c15;
      result ^= result >> 32;
    }
    return result;
  }

private:
  static constexpr u64 kLanes = 4, kStride = kLanes * sizeof(u64); // word j belongs to lane j % 4
  u64 lanes[kLanes];
};

/// The hash of `bytes` bytes, a multiple of 64.
inline u64 content_hash(const u8 *data, u64 bytes) {
  ContentHash hash;
  hash.add(data, bytes);
  return hash.value();
}
