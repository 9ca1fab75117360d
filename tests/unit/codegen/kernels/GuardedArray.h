//===- GuardedArray.h - Arrays that notice writes beside them ----*- C++ -*-===//
//
// An array between two walls of a known value, at an address that is aligned to its elements only. Kernels must not
// write into the walls.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_TESTS_GUARDEDARRAY_H
#define WEEBILL_TESTS_GUARDEDARRAY_H

#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>
#include <type_traits>
#include <vector>

namespace weebill::tests {

template <class T> class GuardedArray {
public:
  explicit GuardedArray(size_t size, T value = T()) : wall(kWallByte), size_(size), all(size + 2 * kWall, value) {
    for (T *start : {all.data(), all.data() + kWall + size})
      std::memset(static_cast<void *>(start), kWallByte, kWall * sizeof(T));
  }

  T *data() { return all.data() + kWall; }
  const T *data() const { return all.data() + kWall; }
  size_t size() const { return size_; }
  T &operator[](size_t i) { return data()[i]; }
  const T &operator[](size_t i) const { return data()[i]; }

  bool wallsStand() const {
    const auto *bytes = reinterpret_cast<const unsigned char *>(all.data());
    const size_t before = kWall * sizeof(T), after = (kWall + size_) * sizeof(T);
    for (size_t i = 0; i < before; ++i)
      if (bytes[i] != wall)
        return false;
    for (size_t i = after; i < all.size() * sizeof(T); ++i)
      if (bytes[i] != wall)
        return false;
    return true;
  }

private:
  static constexpr size_t kWall = 67;              // odd: no alignment beyond the element's
  static constexpr unsigned char kWallByte = 0xfb; // as a float a huge number, as f16 not a number
  unsigned char wall;
  size_t size_;
  std::vector<T> all;
};

/// The same bits. Two that are no numbers are the same: which one an operation gives is the processor's choice.
template <class T> bool same(const T &a, const T &b) {
  if constexpr (std::is_floating_point_v<T>)
    if (a != a && b != b)
      return true;
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}

/// The same everywhere, and nothing written beside.
template <class T>
void expectSame(const GuardedArray<T> &actual, const GuardedArray<T> &expected, const std::string &what) {
  ASSERT_EQ(actual.size(), expected.size()) << what;
  EXPECT_TRUE(actual.wallsStand()) << what << ": written beside the result";
  size_t wrong = 0, first = 0;
  for (size_t i = actual.size(); i-- > 0;)
    if (!same(actual[i], expected[i])) {
      ++wrong;
      first = i;
    }
  EXPECT_EQ(wrong, 0u) << what << ": the first difference is at " << first << ": " << +actual[first] << " for "
                       << +expected[first];
}

} // namespace weebill::tests

#endif // WEEBILL_TESTS_GUARDEDARRAY_H
