//===- ParallelTest.cpp - Ranges cover every item once ------------------===//
//
// Ranges cover every item once, whatever the count.
//
//===----------------------------------------------------------------------===//

#include "compiler/reference/Parallel.h"

#include <gtest/gtest.h>
#include <vector>

using namespace weebill::reference;

namespace {

TEST(ForRanges, VisitsEveryItemOnce) {
  for (int64_t count : {0, 1, 2, 3, 7, 1000}) {
    std::vector<int> visits(count);
    forRanges(count, [&](int64_t first, int64_t last) {
      for (int64_t i = first; i < last; ++i)
        ++visits[i];
    });
    EXPECT_EQ(visits, std::vector<int>(count, 1)) << count << " items";
  }
}

} // namespace
