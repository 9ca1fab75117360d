//===- Hadamard.h - Orthogonal mixing of a row -------------------*- C++ -*-===//
//
// R = diag(signs) H / sqrt(n), with H a Hadamard matrix of order n: every element of a rotated row is a sum of all
// elements with signs, so that no single one stands out. Tested by tests/unit/compiler/import/RotateTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_ROTATE_HADAMARD_H
#define WEEBILL_COMPILER_IMPORT_ROTATE_HADAMARD_H

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace weebill::rotate {

/// Each n neighbouring elements x <- x S sqrt(n), S after Sylvester: "Mixing" of docs/numerics.md, in any arithmetic. n
/// is a power of two that divides the size of x.
template <class Real> void mix(std::span<Real> x, int64_t n) {
  for (int64_t half = 1; half < n; half *= 2)
    for (int64_t from = 0; from < int64_t(x.size()); from += 2 * half)
      for (int64_t i = from; i < from + half; ++i) {
        const Real a = x[i], b = x[i + half];
        x[i] = a + b;
        x[i + half] = a - b;
      }
}

class Rotation {
public:
  /// For rows of n elements; nullopt if no Hadamard matrix of order n is known to Paley (1933) times powers of two: n =
  /// 2^a m, m - 1 a prime of the form 4k + 3, or m / 2 - 1 a prime of the form 4k + 1. All multiples of 64 up to 2,048
  /// have one but for a few. Signs come from a fixed seed: the same rotation everywhere.
  static std::optional<Rotation> make(int64_t n);

  /// row <- row R. [n]
  void apply(std::span<double> row) const;

  int64_t size() const { return int64_t(signs.size()); }

private:
  std::vector<double> signs;          // [n] +1 or -1
  std::vector<std::vector<int>> core; // [m][m] +1 or -1
  int64_t power = 1;                  // 2^a
  double scale = 1;                   // 1 / sqrt(n)
};

} // namespace weebill::rotate

#endif // WEEBILL_COMPILER_IMPORT_ROTATE_HADAMARD_H
