//===- Parallel.cpp - Loops over independent items ------------------------===//
//
// Tested by tests/unit/compiler/reference/ParallelTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/reference/Parallel.h"

#include <algorithm>
#include <thread>
#include <vector>

namespace weebill::reference {

void forRanges(int64_t count, const std::function<void(int64_t, int64_t)> &body) {
  int64_t threads = std::clamp<int64_t>(std::thread::hardware_concurrency(), 1, std::max<int64_t>(count, 1));
  std::vector<std::thread> others;
  for (int64_t i = 1; i < threads; ++i)
    others.emplace_back(body, count * i / threads, count * (i + 1) / threads);
  body(0, count / threads);
  for (std::thread &other : others)
    other.join();
}

} // namespace weebill::reference
