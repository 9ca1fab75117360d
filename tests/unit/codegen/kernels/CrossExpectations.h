//===- CrossExpectations.h - Comparisons without GoogleTest ------*- C++ -*-===//
//
// What the parts of CrossKernels.cpp share: the comparison, which prints a line, and numbers to begin with.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_TESTS_CROSSEXPECTATIONS_H
#define WEEBILL_TESTS_CROSSEXPECTATIONS_H

#include "ReferenceLoops.h"

#include <cstdio>
#include <cstring>
#include <random>
#include <vector>

namespace weebill::tests {

inline int failures = 0; // kinds of results that differ

template <class T> void expectSame(const std::vector<T> &found, const std::vector<T> &expected, const char *what) {
  size_t wrong = 0, first = 0;
  for (size_t i = found.size(); i-- > 0;)
    if (std::memcmp(&found[i], &expected[i], sizeof(T)) != 0)
      ++wrong, first = i;
  std::printf("%s: %zu of %zu differ", what, wrong, found.size());
  if (wrong)
    std::printf(", the first at %zu: %.9g for %.9g", first, double(found[first]), double(expected[first]));
  std::printf("\n");
  failures += wrong != 0;
}

inline std::mt19937 engine(5);

inline f32 normal() {
  static std::normal_distribution<f32> distribution;
  return distribution(engine);
}

inline std::vector<f32> normals(size_t size) {
  std::vector<f32> all(size);
  for (f32 &x : all)
    x = normal();
  return all;
}

inline const f16 *halves(const std::vector<u16> &bits) { return reinterpret_cast<const f16 *>(bits.data()); }

} // namespace weebill::tests

#endif // WEEBILL_TESTS_CROSSEXPECTATIONS_H
