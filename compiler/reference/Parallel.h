//===- Parallel.h - Loops over independent items -----------------*- C++ -*-===//
//
// The reference interpreter's only use of threads: items that do not depend on each other, so that results do not
// depend on their number. Tested by tests/unit/compiler/reference/ParallelTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_REFERENCE_PARALLEL_H
#define WEEBILL_COMPILER_REFERENCE_PARALLEL_H

#include <cstdint>
#include <functional>

namespace weebill::reference {

/// Calls `body(first, last)` on ranges that cover [0, count) once, on as many threads as the machine has. Waits for all
/// of them.
void forRanges(int64_t count, const std::function<void(int64_t first, int64_t last)> &body);

} // namespace weebill::reference

#endif // WEEBILL_COMPILER_REFERENCE_PARALLEL_H
