//===- ReferenceLoops.h - docs/numerics.md as plain loops --------*- C++ -*-===//
//
// Written from docs/numerics.md, line by line, without a thought for speed. Compiled with contraction off.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_TESTS_REFERENCELOOPS_H
#define WEEBILL_TESTS_REFERENCELOOPS_H

#include "runtime/types.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

namespace weebill::reference {

// Not std's: those give their first operand where one is not a number.
inline f32 min(f32 a, f32 b) { return a < b ? a : b; }
inline f32 max(f32 a, f32 b) { return a > b ? a : b; }

inline f32 exponential(f32 x) {
  x = min(max(x, -87.0f), 88.0f);
  const f32 n = std::nearbyint(x * 1.44269504f);
  const f32 r = std::fma(n, 2.12194440e-4f, std::fma(n, -0.693359375f, x));
  f32 p = 1.9875691500e-4f;
  for (f32 c : {1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f})
    p = std::fma(p, r, c);
  p = std::fma(p * r, r, r) + 1.0f;
  return p * std::bit_cast<f32>((i32(n) + 127) << 23);
}

inline f32 silu(f32 g) { return g / (1.0f + exponential(0.0f - g)); }

inline f32 geluTanh(f32 g) {
  const f32 p = std::fma(g * g, 0.0713548163f, 1.59576912f), twice = g * p;
  return g / (1.0f + exponential(0.0f - twice));
}

//===----------------------------------------------------------------------===//
// float16
//===----------------------------------------------------------------------===//

/// IEEE binary16 to binary32: exact.
inline f32 fromHalf(u16 h) {
  const int exponent = h >> 10 & 31, mantissa = h & 1023;
  f32 magnitude;
  if (exponent == 31)
    magnitude = mantissa ? NAN : INFINITY;
  else
    magnitude = std::ldexp(f32(exponent ? mantissa + 1024 : mantissa), (exponent ? exponent : 1) - 25);
  return std::copysign(magnitude, h & 0x8000 ? -1.0f : 1.0f);
}

/// Round to nearest, ties to even, by scaling to the place of binary16's last bit.
inline u16 toHalf(f32 x) {
  const u16 sign = std::signbit(x) ? 0x8000 : 0;
  if (std::isnan(x))
    return sign | 0x7e00;
  const f32 magnitude = std::fabs(x);
  if (magnitude >= 65520.0f)
    return sign | 0x7c00;
  int exponent = 0;
  std::frexp(magnitude, &exponent);
  const int place = magnitude == 0 ? -24 : std::max(exponent - 11, -24);
  const i32 units = i32(std::nearbyint(std::ldexp(magnitude, -place))); // at most 2048
  // A mantissa that rounds up to 2048 carries into the exponent by itself.
  return sign | u16(place == -24 && units < 1024 ? units : ((place + 24) << 10) + units);
}

//===----------------------------------------------------------------------===//
// Matrices
//===----------------------------------------------------------------------===//

/// Element (row, k) of an int8 matrix in blocks of 16 rows.
inline i8 weight(const i8 *values, i64 columns, i64 row, i64 k) {
  return values[((row / 16 * (columns / 4) + k / 4) * 16 + row % 16) * 4 + k % 4];
}

inline f32 linearInt8(const u8 *codes, const i8 *values, const i32 *rowSum, const f32 *scale, f32 tokenScale,
                      i32 tokenZero, i64 columns, i64 row) {
  i32 sum = 0;
  for (i64 k = 0; k < columns; ++k)
    sum += i32(codes[k]) * weight(values, columns, row, k);
  return f32(sum - tokenZero * rowSum[row]) * (tokenScale * scale[row]);
}

inline f32 linearF32(const f32 *x, const f32 *values, i64 columns, i64 row) {
  f32 sum = 0;
  for (i64 k = 0; k < columns; ++k)
    sum = std::fma(values[(row / 16 * columns + k) * 16 + row % 16], x[k], sum);
  return sum;
}

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

/// 1 / root mean square of n elements.
inline f32 inverseRoot(const f32 *x, f32 epsilon, i64 n) {
  f32 partial[4][16] = {};
  for (i64 i = 0; i < n; ++i)
    partial[i / 16 % 4][i % 16] = partial[i / 16 % 4][i % 16] + x[i] * x[i];
  f32 total = 0;
  for (int lane = 0; lane < 16; ++lane) {
    f32 s = 0;
    for (int way = 0; way < 4; ++way)
      s = s + partial[way][lane];
    total = total + s;
  }
  return 1 / std::sqrt(total * (1.0f / f32(n)) + epsilon);
}

inline void rmsNorm(const f32 *x, const f32 *gain, f32 epsilon, i64 n, f32 *y) {
  const f32 inverse = inverseRoot(x, epsilon, n);
  for (i64 i = 0; i < n; ++i)
    y[i] = (x[i] * inverse) * gain[i];
}

/// Of one head; the gain may be null.
inline void headNorm(const f32 *x, const f32 *gain, f32 epsilon, f32 scale, i64 n, f32 *y) {
  const f32 inverse = inverseRoot(x, epsilon, n);
  for (i64 i = 0; i < n; ++i) {
    const f32 normed = x[i] * inverse;
    y[i] = (gain ? normed * gain[i] : normed) * scale;
  }
}

inline void quantize(const f32 *x, i64 n, u8 *codes, f32 &scale, i32 &zero) {
  f32 low = 0, high = 0;
  for (i64 i = 0; i < n; ++i) {
    low = min(x[i], low);
    high = max(x[i], high);
  }
  scale = max((high - low) * (1.0f / 255), 1e-20f);
  const f32 inverse = 1 / scale;
  zero = i32(min(max(std::nearbyint((0 - low) * inverse), 0), 255));
  for (i64 i = 0; i < n; ++i)
    codes[i] = u8(min(max(std::nearbyint(x[i] * inverse) + f32(zero), 0), 255));
}

inline f32 greatestMagnitude(const f32 *x, i64 n) {
  f32 greatest = 0;
  for (i64 i = 0; i < n; ++i)
    greatest = max(std::fabs(x[i]), greatest);
  return greatest;
}

inline void quantizeSymmetric(const f32 *x, i64 n, u8 *codes, f32 &scale, i32 &zero) {
  scale = max(greatestMagnitude(x, n) / 127, 1e-20f);
  const f32 inverse = 1 / scale;
  zero = 128;
  for (i64 i = 0; i < n; ++i)
    codes[i] = u8(min(max(std::nearbyint(x[i] * inverse) + 128, 1), 255));
}

/// Codes of a head's key or value in an int8 cache; returns their scale.
inline f32 codeHead(const f32 *x, i64 n, i8 *codes) {
  const f32 scale = greatestMagnitude(x, n) / 127, inverse = scale >= 1e-20f ? 1 / scale : 0;
  for (i64 i = 0; i < n; ++i)
    codes[i] = i8(min(max(std::nearbyint(x[i] * inverse), -127), 127));
  return scale;
}

/// Mixes each `mixed` neighbours of a row, pair by pair.
inline void mix(f32 *x, i64 columns, i64 mixed) {
  for (i64 stride = 1; stride < mixed; stride *= 2)
    for (i64 i = 0; i < columns; ++i)
      if ((i & stride) == 0) {
        const f32 a = x[i], b = x[i + stride];
        x[i] = a + b;
        x[i + stride] = a - b;
      }
}

inline void mixHead(f32 *x, i64 headSize) { mix(x, headSize, headSize & -headSize); }

inline void rope(const f32 *x, const f32 *cosine, const f32 *sine, f32 scale, i64 headSize, f32 *y) {
  const i64 half = headSize / 2;
  for (i64 i = 0; i < half; ++i) {
    const f32 a = x[i], b = x[i + half];
    y[i] = (a * cosine[i] - b * sine[i]) * scale;
    y[i + half] = (b * cosine[i] + a * sine[i]) * scale;
  }
}

//===----------------------------------------------------------------------===//
// Attention of one query head; key(j, d) and value(j, d) read the cache. A cache of codes has scales too, and a query
// that is mixed already.
//===----------------------------------------------------------------------===//

struct Attention {
  std::vector<f32> probabilities; // [blocks * 64]
  f32 sum = 0;
  std::vector<f32> y; // [headSize]
};

template <class Key, class Value>
Attention attention(const f32 *query, i64 positions, i64 headSize, Key key, Value value, const f32 *keyScale = nullptr,
                    const f32 *valueScale = nullptr, i64 behind = 0) {
  const i64 blocks = (positions + 63) / 64;
  std::vector<f32> score(positions);
  if (keyScale) {
    std::vector<i8> codes(headSize);
    const f32 scale = codeHead(query, headSize, codes.data()), queryScale = scale * (1.0f / f32(headSize & -headSize));
    for (i64 j = 0; j < positions; ++j) {
      i32 sum = 0;
      for (i64 d = 0; d < headSize; ++d)
        sum += i32(codes[d]) * i32(key(j, d));
      const f32 both = queryScale * keyScale[j];
      score[j] = f32(sum) * both;
    }
  }
  for (i64 j = 0; !keyScale && j < positions; ++j)
    for (i64 d = 0; d < headSize; ++d)
      score[j] = std::fma(key(j, d), query[d], score[j]);
  f32 greatest = std::numeric_limits<f32>::lowest();
  for (i64 j = behind; j < positions; ++j)
    greatest = max(score[j], greatest);

  Attention result;
  result.probabilities.resize(blocks * 64);
  for (i64 j = behind; j < positions; ++j)
    result.probabilities[j] = exponential(score[j] - greatest);
  result.y.resize(headSize);
  for (i64 b = 0; b < blocks; ++b) {
    const f32 *p = result.probabilities.data() + b * 64;
    f32 blockSum = 0;
    for (int lane = 0; lane < 16; ++lane) {
      f32 partial = 0;
      for (int i = 0; i < 4; ++i)
        partial = partial + p[16 * i + lane];
      blockSum = blockSum + partial;
    }
    result.sum = result.sum + blockSum;
    if (valueScale) {
      f32 weight[64];
      for (i64 j = 0; j < 64; ++j)
        weight[j] = p[j] * valueScale[b * 64 + j];
      const f32 scale = greatestMagnitude(weight, 64) / 127, inverse = scale >= 1e-20f ? 1 / scale : 0;
      for (i64 d = 0; d < headSize; ++d) {
        i32 sum = 0;
        for (i64 j = 0; j < 64; ++j)
          sum += i32(max(std::nearbyint(weight[j] * inverse), 0)) * i32(value(b * 64 + j, d));
        result.y[d] = std::fma(f32(sum), scale, result.y[d]);
      }
      continue;
    }
    for (i64 d = 0; d < headSize; ++d) {
      f32 o = 0;
      for (i64 j = 0; j < 64; ++j)
        o = std::fma(p[j], value(b * 64 + j, d), o);
      result.y[d] = result.y[d] + o;
    }
  }
  for (f32 &y : result.y)
    y = y * (1 / result.sum);
  return result;
}

} // namespace weebill::reference

#endif // WEEBILL_TESTS_REFERENCELOOPS_H
