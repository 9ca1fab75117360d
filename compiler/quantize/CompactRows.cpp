//===- CompactRows.cpp - Codes kept, what they are worth in bytes ---------===//
//
// Tested by tests/unit/compiler/quantize/CompactRowsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/CompactRows.h"

#include "codegen/formats/Half.h"
#include "compiler/import/gguf/Dequantize.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

namespace weebill::quantize {

namespace {

constexpr int64_t kBlockQ4_1 = 20, kBlockQ6_0 = 26;

float halfAt(const uint8_t *place) { return gguf::halfToFloat(uint16_t(place[0] | place[1] << 8)); }

/// Column `i` of 32 in 16 bytes.
int nibble(const uint8_t *bytes, int64_t i) { return bytes[i % 16] >> (i < 16 ? 0 : 4) & 15; }

/// The least float16 of which so many steps reach the number, which scales of float16 are far from making too great. As
/// it is stored.
float storeFactor(double greatest, int steps, uint8_t *place) {
  uint16_t half = formats::toHalf(float(greatest / steps));
  while (double(gguf::halfToFloat(half)) * steps < greatest)
    ++half;
  std::memcpy(place, &half, 2);
  return gguf::halfToFloat(half);
}

int steps(double number, float factor) { return factor == 0 ? 0 : int(std::nearbyint(number / double(factor))); }

void dequantizeQ4_C(const uint8_t *row, int64_t columns, float *weights) {
  const float ofScales = halfAt(row), ofCentres = halfAt(row + 2);
  const uint8_t *block = row + 4;
  for (int64_t first = 0; first < columns; first += 32, block += kQ4_C.bytes) {
    const float scale = ofScales * float(block[0]);
    const float minimum = ofCentres * float(int8_t(block[1])) - 7.5f * scale; // the last product is exact
    for (int64_t i = 0; i < 32; ++i)
      weights[first + i] = scale * float(nibble(block + 2, i)) + minimum;
  }
}

void dequantizeQ6_C(const uint8_t *row, int64_t columns, float *weights) {
  const uint8_t *block = row + 2;
  for (int64_t first = 0; first < columns; first += 32, block += kQ6_C.bytes) {
    const float scale = halfAt(row) * float(int8_t(block[0]));
    for (int64_t i = 0; i < 32; ++i) {
      const int pairs = block[1 + i % 8] >> (i % 16 / 8 * 4 + i / 16 * 2) & 3;
      weights[first + i] = scale * float((nibble(block + 9, i) | pairs << 4) - 32);
    }
  }
}

/// A group of Q4_1 with a scale that is not negative: a negative one counts codes from the other end.
struct Group41 {
  double scale, minimum, meanCode;
  bool turned;

  explicit Group41(const uint8_t *block) : scale(halfAt(block)), minimum(halfAt(block + 2)), turned(scale < 0) {
    if (turned) {
      minimum += 15 * scale;
      scale = -scale;
    }
    int sum = 0;
    for (int64_t i = 0; i < 32; ++i)
      sum += code(block, i);
    meanCode = sum / 32.0;
  }
  int code(const uint8_t *block, int64_t i) const { return turned ? 15 - nibble(block + 4, i) : nibble(block + 4, i); }
  /// What keeps the mean of the group's weights where it was when it has that scale.
  double centreFor(double other) const { return minimum + scale * meanCode - other * (meanCode - 7.5); }
};

} // namespace

constinit const CompactForm kQ4_C = {"Q4_C", 2, 18, dequantizeQ4_C};
constinit const CompactForm kQ6_C = {"Q6_C", 1, 25, dequantizeQ6_C};

void compactQ4_1(const uint8_t *blocks, int64_t columns, uint8_t *row) {
  std::vector<Group41> groups;
  double greatestScale = 0, greatestCentre = 0;
  for (int64_t group = 0; group < columns / 32; ++group) {
    groups.emplace_back(blocks + group * kBlockQ4_1);
    greatestScale = std::max(greatestScale, groups.back().scale);
  }
  const float ofScales = storeFactor(greatestScale, 255, row);
  std::vector<int> scales;
  std::vector<double> centres;
  for (const Group41 &group : groups) {
    scales.push_back(steps(group.scale, ofScales));
    centres.push_back(group.centreFor(double(ofScales) * scales.back()));
    greatestCentre = std::max(greatestCentre, std::fabs(centres.back()));
  }
  const float ofCentres = storeFactor(greatestCentre, 127, row + 2);
  uint8_t *out = row + 4;
  for (size_t i = 0; i < groups.size(); ++i, out += kQ4_C.bytes) {
    const uint8_t *block = blocks + int64_t(i) * kBlockQ4_1;
    out[0] = uint8_t(scales[i]);
    out[1] = uint8_t(int8_t(steps(centres[i], ofCentres)));
    for (int64_t byte = 0; byte < 16; ++byte)
      out[2 + byte] = uint8_t(groups[i].code(block, byte) | groups[i].code(block, byte + 16) << 4);
  }
}

void compactQ6_0(const uint8_t *blocks, int64_t columns, uint8_t *row) {
  double greatest = 0;
  for (int64_t group = 0; group < columns / 32; ++group)
    greatest = std::max(greatest, std::fabs(double(halfAt(blocks + group * kBlockQ6_0))));
  const float ofScales = storeFactor(greatest, 127, row);
  uint8_t *out = row + 2;
  for (int64_t group = 0; group < columns / 32; ++group, blocks += kBlockQ6_0, out += kQ6_C.bytes) {
    out[0] = uint8_t(int8_t(steps(halfAt(blocks), ofScales)));
    std::memcpy(out + 1, blocks + 2, 24);
  }
}

} // namespace weebill::quantize
