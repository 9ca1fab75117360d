//===- CgroupTest.cpp - How many cores a container may use ----------------===//
//
// Folders as Linux shows them, in both versions.
//
//===----------------------------------------------------------------------===//

#include "runtime/platform/cgroup.h"
#include "tests/unit/support/TemporaryFolder.h"

#include <filesystem>
#include <gtest/gtest.h>

namespace {

class CgroupTest : public testing::Test {
protected:
  void write(const std::string &path, const std::string &text) const {
    std::filesystem::create_directories((folder.path() / path).parent_path());
    folder.write(path, text);
  }
  i32 cores() const { return platform::quota_of_cores(folder.path().string()); }

  weebill::tests::TemporaryFolder folder;
};

TEST_F(CgroupTest, WithoutGroupsThereIsNoQuota) {
  EXPECT_EQ(cores(), INT_MAX);
  write("proc/self/cgroup", "0::/\n");
  EXPECT_EQ(cores(), INT_MAX);
  write("sys/fs/cgroup/cpu.max", "max 100000\n");
  EXPECT_EQ(cores(), INT_MAX);
}

TEST_F(CgroupTest, VersionTwo) {
  write("proc/self/cgroup", "0::/\n");
  write("sys/fs/cgroup/cpu.max", "200000 100000\n");
  EXPECT_EQ(cores(), 2);
  write("sys/fs/cgroup/cpu.max", "350000 100000\n");
  EXPECT_EQ(cores(), 3);
  write("sys/fs/cgroup/cpu.max", "20000 100000\n");
  EXPECT_EQ(cores(), 1);
}

TEST_F(CgroupTest, AParentMayAllowLess) {
  write("proc/self/cgroup", "0::/system.slice/service\n");
  write("sys/fs/cgroup/system.slice/service/cpu.max", "400000 100000\n");
  EXPECT_EQ(cores(), 4);
  write("sys/fs/cgroup/system.slice/cpu.max", "100000 50000\n");
  EXPECT_EQ(cores(), 2);
}

TEST_F(CgroupTest, VersionOne) {
  write("proc/self/cgroup", "5:memory:/docker/a\n4:cpu,cpuacct:/docker/a\n1:cpuset:/docker/a\n");
  write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "300000\n"); // in the container its group is the root
  write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(cores(), 3);
  write("sys/fs/cgroup/cpu/docker/a/cpu.cfs_quota_us", "100000\n"); // outside of it, it is not
  write("sys/fs/cgroup/cpu/docker/a/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(cores(), 1);
  write("sys/fs/cgroup/cpu/docker/a/cpu.cfs_quota_us", "-1\n");
  EXPECT_EQ(cores(), 3);
}

TEST_F(CgroupTest, NonsenseIsNoQuota) {
  write("proc/self/cgroup", "\nnonsense\n0:\n0::\n");
  write("sys/fs/cgroup/cpu.max", "0 0\n");
  EXPECT_EQ(cores(), INT_MAX);
  write("sys/fs/cgroup/cpu.max", "");
  EXPECT_EQ(cores(), INT_MAX);
}

} // namespace
