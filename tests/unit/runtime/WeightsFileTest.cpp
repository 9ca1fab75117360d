//===- WeightsFileTest.cpp - Every way in which a weights file can be wrong -----===//

#include "runtime/content_hash.h"

#include <vector>

namespace {

/// A content that is not all zeros, so that its hash depends on the order of the words.
std::vector<u8> fakeContent() {
  std::vector<u8> content(4096);
  for (std::size_t i = 0; i < content.size(); ++i)
    content[i] = static_cast<u8>(i * 7 + i / 256);
  return content;
}

/// What is behind it: a header of 64 bytes, and what that header is followed by.
std::vector<u8> fakeOpening() { return std::vector<u8>(64 + 128, 0x5a); }

} // namespace

constexpr const char *kName = "fake";
const u64 kContentHash = content_hash(fakeContent().data(), 4096);
const u64 kOpeningHash = content_hash(fakeOpening().data() + 64, 128);
constexpr u64 kLayoutHash = 0x1111222233334444, kContentBytes = 4096, kOpeningOffset = 64 + 4096, kOpeningBytes = 192,
              kWeightsFileBytes = kOpeningOffset + kOpeningBytes;

#include "runtime/weights_file.h"
#include "tests/unit/runtime/ExpectFailure.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

namespace {

class WeightsFileTest : public testing::Test {
protected:
  void SetUp() override {
    path = testing::TempDir() + "weights_file_test_" + std::to_string(getpid()) + ".weights";
    content = fakeContent();
    opening = fakeOpening();
    std::memcpy(header.magic, kWeightsMagic, 8);
    header.format_version = 1;
    header.header_bytes = 64;
    header.layout_hash = kLayoutHash;
    header.content_hash = kContentHash;
    header.file_bytes = kWeightsFileBytes;
    header.opening_offset = kOpeningOffset;
    header.opening_bytes = kOpeningBytes;
  }
  void TearDown() override { std::filesystem::remove(path); }

  void write(std::size_t bytes = kWeightsFileBytes) {
    std::string all(reinterpret_cast<const char *>(&header), 64);
    all.append(reinterpret_cast<const char *>(content.data()), content.size());
    all.append(reinterpret_cast<const char *>(opening.data()), opening.size());
    std::ofstream(path, std::ios::binary).write(all.data(), static_cast<std::streamsize>(bytes));
  }

  std::string path;
  std::vector<u8> content, opening;
  WeightsFileHeader header{};
};

TEST_F(WeightsFileTest, OpensItsOwnFile) {
  write();
  WeightsFile file(path.c_str());
  EXPECT_EQ(std::memcmp(file.content(), content.data(), content.size()), 0);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(file.content()) % 64, 0u);
  file.verify();
}

TEST_F(WeightsFileTest, NoFile) {
  EXPECT_FAILURE(WeightsFile file(path.c_str()), 1,
                 "^cannot open weights file '.*': No such file or directory; .*--weights-file");
}

TEST_F(WeightsFileTest, NotAFile) {
  const std::string folder = testing::TempDir();
  EXPECT_FAILURE(WeightsFile file(folder.c_str()), 1, "it is not a regular file");
}

TEST_F(WeightsFileTest, ShorterThanItsHeader) {
  for (std::size_t bytes : {0, 1, 63}) {
    write(bytes);
    EXPECT_FAILURE(WeightsFile file(path.c_str()), 1,
                   "is cut: it has " + std::to_string(bytes) + " bytes, this program's has 4352");
  }
}

TEST_F(WeightsFileTest, Cut) {
  write(4351);
  EXPECT_FAILURE(WeightsFile file(path.c_str()), 1, "it has 4351 bytes, this program's has 4352");
}

TEST_F(WeightsFileTest, WrongMagic) {
  header.magic[0] = 'w';
  write();
  EXPECT_FAILURE(WeightsFile file(path.c_str()), 1, "is not a weights file");
}

TEST_F(WeightsFileTest, AnotherFormat) {
  header.format_version = 2;
  write();
  EXPECT_FAILURE(WeightsFile file(path.c_str()), 1, "has format 2 .* reads format 1");
}

TEST_F(WeightsFileTest, AnotherModel) {
  header.content_hash = 0xabc;
  write();
  EXPECT_FAILURE(WeightsFile file(path.c_str()), 1, "is another model's: its content is 0000000000000abc");
}

TEST_F(WeightsFileTest, AnotherLayout) {
  header.layout_hash = 1;
  write();
  EXPECT_FAILURE(WeightsFile file(path.c_str()), 1, "another layout: 0000000000000001");
}

TEST_F(WeightsFileTest, WhatWasReadMayChange) {
  write();
  const WeightsFile file(path.c_str(), WeightsAccess::Read);
  std::filesystem::resize_file(path, 10); // a program that maps it would end with SIGBUS
  EXPECT_EQ(std::memcmp(file.content(), content.data(), content.size()), 0);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(file.content()) % 64, 0u);
}

TEST_F(WeightsFileTest, WhatIsReadIsCheckedWhole) {
  const auto expectFailure = [&](const std::string &sentence) {
    EXPECT_FAILURE(WeightsFile(path.c_str(), WeightsAccess::Read), 1, sentence);
  };
  expectFailure("^cannot open weights file '.*': No such file or directory; .*--weights-file");
  for (std::size_t bytes : {0, 63}) {
    write(bytes);
    expectFailure("is cut: it has " + std::to_string(bytes) + " bytes");
  }
  write(4351);
  expectFailure("cut or grown: it has 4351 bytes, this program's has 4352");
  opening.push_back(0);
  write(4353);
  expectFailure("cut or grown: it has 4353 bytes, this program's has 4352");
  opening = fakeOpening();
  content[77] ^= 1;
  write();
  expectFailure("is damaged");
  path = testing::TempDir();
  EXPECT_FAILURE(WeightsFile(path.c_str(), WeightsAccess::Read), 1, "cannot read weights file '.*': Is a directory");
  path += "weights_file_test_" + std::to_string(getpid()) + ".weights";
}

TEST_F(WeightsFileTest, OneFlippedBitIsFoundByVerify) {
  for (std::size_t at : {std::size_t{0}, std::size_t{1000}, std::size_t{4095}}) {
    content = fakeContent();
    content[at] ^= 0x80;
    write();
    WeightsFile file(path.c_str()); // start does not read it
    EXPECT_FAILURE(file.verify(), 1, "is damaged: its content is");
  }
  content = fakeContent();
  opening[100] ^= 1;
  write();
  EXPECT_FAILURE(WeightsFile(path.c_str()).verify(), 1, "is damaged: its system prompt's state is");
}

TEST_F(WeightsFileTest, AnotherSystemPrompt) {
  for (u64 *number : {&header.opening_offset, &header.opening_bytes}) {
    const u64 right = *number;
    for (const u64 wrong : {u64{0}, right + 64, ~u64{0}}) {
      *number = wrong;
      write();
      EXPECT_FAILURE(WeightsFile file(path.c_str()), 1,
                     "another system prompt: its state has " + std::to_string(header.opening_bytes) + " bytes at " +
                         std::to_string(header.opening_offset) + ", this program's 192 at 4160");
    }
    *number = right;
  }
}

} // namespace
