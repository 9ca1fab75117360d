//===- ContentHashTest.cpp - The hash, against its definition written out -------===//

#include "runtime/content_hash.h"

#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace {

/// Word by word, as runtime/README.md's readers would write it.
u64 plainHash(const std::vector<u8> &data) {
  u64 h[4];
  for (u64 i = 0; i < 4; ++i)
    h[i] = 0xcbf29ce484222325ull + i;
  for (std::size_t j = 0; j < data.size() / 8; ++j) {
    u64 w = 0;
    for (int byte = 7; byte >= 0; --byte)
      w = w << 8 | data[8 * j + static_cast<std::size_t>(byte)];
    h[j % 4] = (h[j % 4] ^ w) * 0x100000001b3ull;
    h[j % 4] ^= h[j % 4] >> 29;
  }
  u64 r = 0;
  for (u64 lane : h) {
    r = (r ^ lane) * 0x9e3779b97f4a7c15ull;
    r ^= r >> 32;
  }
  return r;
}

std::vector<u8> randomBytes(std::size_t bytes) {
  std::mt19937 random(3);
  std::vector<u8> data(bytes);
  for (u8 &byte : data)
    byte = static_cast<u8>(random());
  return data;
}

TEST(ContentHashTest, IsTheDefinition) {
  for (std::size_t bytes : {0, 64, 128, 6400}) {
    const std::vector<u8> data = randomBytes(bytes);
    EXPECT_EQ(content_hash(data.data(), bytes), plainHash(data));
  }
}

TEST(ContentHashTest, PiecesDoNotMatter) {
  const std::vector<u8> data = randomBytes(6400);
  ContentHash hash;
  for (std::size_t first = 0; first < data.size(); first += 640)
    hash.add(data.data() + first, 640);
  EXPECT_EQ(hash.value(), content_hash(data.data(), data.size()));
}

TEST(ContentHashTest, EveryBitMatters) {
  std::vector<u8> data = randomBytes(128);
  const u64 before = content_hash(data.data(), data.size());
  for (std::size_t bit = 0; bit < 8 * data.size(); ++bit) {
    data[bit / 8] = static_cast<u8>(data[bit / 8] ^ 1 << bit % 8);
    EXPECT_NE(content_hash(data.data(), data.size()), before) << "bit " << bit;
    data[bit / 8] = static_cast<u8>(data[bit / 8] ^ 1 << bit % 8);
  }
}

} // namespace
