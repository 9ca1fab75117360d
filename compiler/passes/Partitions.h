//===- Partitions.h - Which thread touches what ------------------*- C++ -*-===//
//
// A step's partition in a route, and from it the memory that each thread reads and writes. Two accesses of different
// steps need a barrier between them unless the same thread makes both for every element. Tested by
// tests/lit/passes/plan-phases.mlir.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PASSES_PARTITIONS_H
#define WEEBILL_COMPILER_PASSES_PARTITIONS_H

#include "compiler/passes/PlanAttributes.h"
#include "compiler/passes/Storages.h"

namespace weebill::passes {

/// Which thread touches an element.
struct Owner {
  enum Kind {
    Columns,  // by the element's column in the storage
    Tokens,   // by its token
    Everyone, // all of them
  } kind = Everyone;
  int64_t units = 0, unitColumns = 0, firstColumn = 0; // Columns: unit = (column - firstColumn) / unitColumns

  bool operator==(const Owner &) const = default;
};

/// Columns [first, first + columns) of a storage, read or written.
struct Access {
  int storage = 0;
  int64_t first = 0, columns = 0;
  bool writes = false;
  Owner owner;

  /// Whether threads must meet between the two.
  bool conflictsWith(const Access &other) const;
};

/// The storage that stands for the cache.
inline constexpr int kCacheStorage = -2;

/// What the threads touch in a step of that partition.
std::vector<Access> accessesOf(mlir::Operation *step, const plan::Partition &partition, const Storages &storages);

} // namespace weebill::passes

#endif // WEEBILL_COMPILER_PASSES_PARTITIONS_H
