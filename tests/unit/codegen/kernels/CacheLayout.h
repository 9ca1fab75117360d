//===- CacheLayout.h - Where a cache has a key and a value -------*- C++ -*-===//
//
// As docs/numerics.md lays it out: keys in blocks of 16 positions; of codes in fours, too.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_TESTS_CACHELAYOUT_H
#define WEEBILL_TESTS_CACHELAYOUT_H

#include "runtime/types.h"

namespace weebill::tests {

/// Places of element d of position j, of keys and of values that are stored as T.
template <class T> struct Cache {
  using Key = T;
  static i64 key(i64 j, i64 d, i64 size) { return (j / 16 * size + d) * 16 + j % 16; }
  static i64 value(i64 j, i64 d, i64 size) { return j * size + d; }
};
template <> struct Cache<i8> {
  using Key = u8;
  static i64 key(i64 j, i64 d, i64 size) { return (j / 16 * size + d / 4 * 4) * 16 + j % 16 * 4 + d % 4; }
  static i64 value(i64 j, i64 d, i64 size) { return (j / 4 * size + d) * 4 + j % 4; }
};

} // namespace weebill::tests

#endif // WEEBILL_TESTS_CACHELAYOUT_H
