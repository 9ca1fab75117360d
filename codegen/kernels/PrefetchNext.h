//===- PrefetchNext.h - Reading ahead of a loop ------------------*- C++ -*-===//
//
// A kernel that walks a long buffer tile by tile, a few lines an iteration, asks for a next tile while it computes
// this one. Hardware prefetchers follow a stream only to the end of its page of 4 KiB; attention over 1,024 positions
// read the cache a quarter faster with this (docs/performance.md). Tested by
// tests/unit/codegen/kernels/KernelsTextTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_KERNELS_PREFETCHNEXT_H
#define WEEBILL_CODEGEN_KERNELS_PREFETCHNEXT_H

#include "codegen/targets/Target.h"

#include <Halide.h>

#include <cstdint>
#include <functional>
#include <string>

namespace weebill::kernels {

/// Names are those of the printed kernel.
struct TileWalk {
  std::string buffer;     // read from its start, tile after tile
  std::string tile, part; // the loop over tiles, and the one in it whose iterations read a part each
  int64_t tileElements = 0;
  int64_t aheadBytes = 0; // from the tile that is read to the one that is asked for; at least to the next one
};

/// The statement with prefetches in front of each part, which together ask for the tile that is so far ahead; near the
/// end for the last one. Throws PrintError if there are no such loops.
Halide::Internal::Stmt prefetchNextTile(const Halide::Internal::Stmt &body, const TileWalk &walk);

/// Streams of records side by side, one of each in an iteration.
struct RecordWalk {
  std::string buffer;      // that they lie in
  std::string loop;        // over records
  int64_t recordBytes = 0; // of one in each stream
  int64_t streamBytes = 0; // from a stream to the next
  int streams = 0;
  int64_t aheadBytes = 0; // from what is read to what is asked for
  std::string outerLoop;  // around it, if there is one, over so many bytes of each stream
  int64_t outerBytes = 0;
};

/// The statement with a prefetch of a record of each stream at the beginning of that loop; near the last record it asks
/// for the beginning of the next streams, those behind all of these. Throws PrintError if there is no such loop.
Halide::Internal::Stmt prefetchRecords(const Halide::Internal::Stmt &body, const RecordWalk &walk);

/// How far a cache of codes is read ahead, as far as one of float16, whose tiles have twice the bytes. Decoding at
/// 2,000 tokens is 1.03 times as fast as with the next tile alone (docs/performance.md).
inline constexpr int64_t kCodesAhead = 8192;

/// What printKernel does for a walk, if the target's vector section has a prefetch.
inline std::function<Halide::Internal::Stmt(const Halide::Internal::Stmt &)> prefetching(const targets::Target &target,
                                                                                         const TileWalk &walk) {
  if (target.lanes == 1)
    return {};
  return [walk](const Halide::Internal::Stmt &body) { return prefetchNextTile(body, walk); };
}

} // namespace weebill::kernels

#endif // WEEBILL_CODEGEN_KERNELS_PREFETCHNEXT_H
