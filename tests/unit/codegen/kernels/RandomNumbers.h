//===- RandomNumbers.h - Seeded data for kernel tests ------------*- C++ -*-===//

#ifndef WEEBILL_TESTS_RANDOMNUMBERS_H
#define WEEBILL_TESTS_RANDOMNUMBERS_H

#include "GuardedArray.h"
#include "runtime/types.h"

#include <random>

namespace weebill::tests {

class RandomNumbers {
public:
  explicit RandomNumbers(u32 seed) : engine(seed) {}

  f32 normal() { return distribution(engine); }
  i32 between(i32 low, i32 high) { return low + i32(engine() % u32(high - low + 1)); }

  GuardedArray<f32> normals(size_t size, f32 scale = 1) {
    GuardedArray<f32> array(size);
    for (size_t i = 0; i < size; ++i)
      array[i] = normal() * scale;
    return array;
  }

private:
  std::mt19937 engine;
  std::normal_distribution<f32> distribution;
};

} // namespace weebill::tests

#endif // WEEBILL_TESTS_RANDOMNUMBERS_H
