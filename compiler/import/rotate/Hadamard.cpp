//===- Hadamard.cpp - Orthogonal mixing of a row --------------------------===//
//
// H = P (x) S: P of order m after Paley, S of order 2^a after Sylvester, whose product with a row is a fast transform.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/rotate/Hadamard.h"

#include <cmath>
#include <utility>

namespace weebill::rotate {

static bool isPrime(int64_t n) {
  if (n < 2)
    return false;
  for (int64_t d = 2; d * d <= n; ++d)
    if (n % d == 0)
      return false;
  return true;
}

/// 1 if a is a square modulo the prime q, -1 if not, 0 for 0.
static int legendre(int64_t a, int64_t q) {
  a = (a % q + q) % q;
  if (a == 0)
    return 0;
  int64_t power = 1;
  for (int64_t i = 0; i < (q - 1) / 2; ++i)
    power = power * a % q;
  return power == 1 ? 1 : -1;
}

using Matrix = std::vector<std::vector<int>>;

/// The Jacobsthal matrix with a border: [0 1; +-1 Q], of order q + 1.
static Matrix bordered(int64_t q, int corner) {
  Matrix c(q + 1, std::vector<int>(q + 1, 0));
  for (int64_t i = 1; i <= q; ++i) {
    c[0][i] = 1;
    c[i][0] = corner;
    for (int64_t j = 1; j <= q; ++j)
      c[i][j] = legendre(i - j, q);
  }
  return c;
}

/// Paley's first construction: order q + 1 for a prime q = 3 mod 4.
static Matrix paleyOne(int64_t q) {
  Matrix h = bordered(q, -1);
  for (int64_t i = 0; i <= q; ++i)
    h[i][i] += 1;
  return h;
}

/// Paley's second: order 2 (q + 1) for a prime q = 1 mod 4; every entry of the bordered matrix becomes a 2 x 2 block.
static Matrix paleyTwo(int64_t q) {
  Matrix c = bordered(q, 1), h(2 * (q + 1), std::vector<int>(2 * (q + 1)));
  for (int64_t i = 0; i <= q; ++i)
    for (int64_t j = 0; j <= q; ++j) {
      const bool diagonal = i == j;
      const int e = c[i][j];
      h[2 * i][2 * j] = diagonal ? 1 : e;
      h[2 * i][2 * j + 1] = diagonal ? -1 : e;
      h[2 * i + 1][2 * j] = diagonal ? -1 : e;
      h[2 * i + 1][2 * j + 1] = diagonal ? -1 : -e;
    }
  return h;
}

static std::optional<Matrix> paley(int64_t m) {
  if (m == 1)
    return Matrix{{1}};
  if (m % 4 == 0 && isPrime(m - 1) && (m - 1) % 4 == 3)
    return paleyOne(m - 1);
  if (m % 4 == 0 && isPrime(m / 2 - 1) && (m / 2 - 1) % 4 == 1)
    return paleyTwo(m / 2 - 1);
  return std::nullopt;
}

std::optional<Rotation> Rotation::make(int64_t n) {
  if (n <= 0)
    return std::nullopt;
  int64_t power = n & -n; // the greatest first: its part of the product is fast
  for (; power >= 1; power /= 2)
    if (std::optional<Matrix> core = paley(n / power)) {
      Rotation rotation;
      rotation.core = std::move(*core);
      rotation.power = power;
      rotation.scale = 1 / std::sqrt(double(n));
      uint64_t state = 0x7765656269c1ull; // xorshift64*: any fixed sequence of signs does
      for (int64_t i = 0; i < n; ++i) {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        rotation.signs.push_back((state * 0x2545f4914f6cdd1dull) >> 63 ? 1 : -1);
      }
      return rotation;
    }
  return std::nullopt;
}

void Rotation::apply(std::span<double> row) const {
  const int64_t m = int64_t(core.size());
  for (size_t i = 0; i < row.size(); ++i)
    row[i] *= signs[i];
  mix(row, power);                            // S
  std::vector<double> mixed(row.size(), 0.0); // P
  for (int64_t from = 0; from < m; ++from)
    for (int64_t to = 0; to < m; ++to)
      for (int64_t i = 0; i < power; ++i)
        mixed[to * power + i] += core[from][to] * row[from * power + i];
  for (size_t i = 0; i < row.size(); ++i)
    row[i] = mixed[i] * scale;
}

} // namespace weebill::rotate
