//===- FilesTest.cpp - Files as memory, and their names -------------------===//

#include "runtime/platform/platform.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace {

class PlatformFilesTest : public testing::Test {
protected:
  void SetUp() override {
    folder = testing::TempDir() + "platform_files_test_" + std::to_string(getpid());
    std::filesystem::create_directory(folder);
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  std::string write(const char *name, const std::string &text) const {
    const std::string path = folder + "/" + name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  std::string folder;
};

std::string textOf(const platform::FileMap &map) {
  return {reinterpret_cast<const char *>(map.start), static_cast<std::size_t>(map.bytes)};
}

TEST_F(PlatformFilesTest, AMapHasTheFilesBytes) {
  const std::string path = write("file", "weights");
  platform::FileMap map;
  ASSERT_EQ(platform::map_file(path.c_str(), map), platform::Mapped::Fine);
  EXPECT_EQ(textOf(map), "weights");
  std::filesystem::remove(path); // the map keeps what it needs
  EXPECT_EQ(textOf(map), "weights");
  platform::unmap_file(map);
}

TEST_F(PlatformFilesTest, AnEmptyFileIsAnEmptyMap) {
  platform::FileMap map;
  ASSERT_EQ(platform::map_file(write("file", "").c_str(), map), platform::Mapped::Fine);
  EXPECT_EQ(map.start, nullptr);
  EXPECT_EQ(map.bytes, 0u);
  platform::unmap_file(map);
}

TEST_F(PlatformFilesTest, SaysWhatCannotBeMapped) {
  platform::FileMap map;
  EXPECT_EQ(platform::map_file((folder + "/none").c_str(), map), platform::Mapped::CannotOpen);
  EXPECT_EQ(std::string(platform::problem()), "No such file or directory");
  EXPECT_EQ(platform::map_file(folder.c_str(), map), platform::Mapped::NotRegular);
  const std::string pipe = folder + "/pipe"; // nobody writes to it: waiting would never end
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(platform::map_file(pipe.c_str(), map), platform::Mapped::NotRegular);
  EXPECT_EQ(map.start, nullptr);
}

TEST_F(PlatformFilesTest, AFileTakesTheNameOfAnother) {
  const std::string made = write("new", "new"), old = write("old", "old");
  ASSERT_TRUE(platform::replace_file(made.c_str(), old.c_str()));
  EXPECT_FALSE(std::filesystem::exists(made));
  platform::FileMap map;
  ASSERT_EQ(platform::map_file(old.c_str(), map), platform::Mapped::Fine);
  EXPECT_EQ(textOf(map), "new");
  platform::unmap_file(map);
  EXPECT_FALSE(platform::replace_file(made.c_str(), old.c_str()));
  EXPECT_EQ(std::string(platform::problem()), "No such file or directory");
}

} // namespace
