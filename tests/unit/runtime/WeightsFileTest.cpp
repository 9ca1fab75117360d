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

} // namespace

constexpr const char *kName = "fake";
const u64 kContentHash = content_hash(fakeContent().data(), 4096);
constexpr u64 kLayoutHash = 0x1111222233334444, kWeightsFileBytes = 64 + 4096;

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
    std::memcpy(header.magic, kWeightsMagic, 8);
    header.format_version = 1;
    header.header_bytes = 64;
    header.layout_hash = kLayoutHash;
    header.content_hash = kContentHash;
    header.file_bytes = kWeightsFileBytes;
  }
  void TearDown() override { std::filesystem::remove(path); }

  void write(std::size_t bytes = 64 + 4096) {
    std::string all(reinterpret_cast<const char *>(&header), 64);
    all.append(reinterpret_cast<const char *>(content.data()), content.size());
    std::ofstream(path, std::ios::binary).write(all.data(), static_cast<std::streamsize>(bytes));
  }

  std::string path;
  std::vector<u8> content;
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
                   "is cut: it has " + std::to_string(bytes) + " bytes, this program's has 4160");
  }
}

TEST_F(WeightsFileTest, Cut) {
  write(64 + 4095);
  EXPECT_FAILURE(WeightsFile file(path.c_str()), 1, "it has 4159 bytes, this program's has 4160");
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
  write(64 + 4095);
  expectFailure("cut or grown: it has 4159 bytes, this program's has 4160");
  content.push_back(0);
  write(64 + 4097);
  expectFailure("cut or grown: it has 4161 bytes, this program's has 4160");
  content = fakeContent();
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
    EXPECT_FAILURE(file.verify(), 1, "is damaged");
  }
}

} // namespace
