//===- CachesTest.cpp - Sizes of a machine's caches -----------------------===//
//
// Folders as Linux shows them, and the machine at hand.

#include "codegen/targets/Caches.h"

#include "tests/unit/support/TemporaryFolder.h"

#include <gtest/gtest.h>

using namespace weebill::targets;
using namespace weebill::tests;

namespace {

void writeLevel(const TemporaryFolder &folder, int index, const std::string &level, const std::string &type,
                const std::string &size, const std::string &threads) {
  const std::string entry = "index" + std::to_string(index);
  std::filesystem::create_directory(folder.path() / entry);
  folder.write(entry + "/level", level + "\n");
  folder.write(entry + "/type", type + "\n");
  folder.write(entry + "/size", size + "\n");
  folder.write(entry + "/shared_cpu_list", threads + "\n");
}

TEST(Caches, AreReadFromLinux) {
  const TemporaryFolder folder;
  writeLevel(folder, 0, "1", "Data", "64K", "0");
  writeLevel(folder, 1, "1", "Instruction", "128K", "0");
  writeLevel(folder, 2, "2", "Unified", "512K", "0-1");
  writeLevel(folder, 3, "3", "Unified", "2M", "0-2,7,9-10");
  const std::optional<Caches> caches = detectCaches(folder.path().string());
  ASSERT_TRUE(caches);
  EXPECT_TRUE(caches->detected);
  EXPECT_EQ(caches->l1.bytes, 64 << 10);
  EXPECT_EQ(caches->l1.sharedBy, 1);
  EXPECT_EQ(caches->l2.bytes, 512 << 10);
  EXPECT_EQ(caches->l2.sharedBy, 2);
  EXPECT_EQ(caches->l3.bytes, 2 << 20);
  EXPECT_EQ(caches->l3.sharedBy, 6);
}

TEST(Caches, ThatAreNotListedAreUnknown) {
  EXPECT_FALSE(detectCaches("/nowhere"));
  const TemporaryFolder folder;
  writeLevel(folder, 0, "1", "Data", "32K", "0");
  EXPECT_FALSE(detectCaches(folder.path().string())) << "no second level";
  writeLevel(folder, 1, "2", "Unified", "lots", "0");
  EXPECT_FALSE(detectCaches(folder.path().string())) << "a size that is no number";
  writeLevel(folder, 1, "2", "Unified", "1024K", "0");
  ASSERT_TRUE(detectCaches(folder.path().string()));
  EXPECT_EQ(detectCaches(folder.path().string())->l3.bytes, 0);
}

TEST(Caches, OfThisMachineAreSound) {
  const std::optional<Caches> caches = detectCaches();
  if (!caches)
    GTEST_SKIP() << "this machine does not list its caches";
  EXPECT_GE(caches->l1.bytes, 4 << 10);
  EXPECT_GE(caches->l2.bytes, caches->l1.bytes);
}

TEST(Caches, OfATargetAreThoseOfItsRow) {
  for (const Target &target : targets()) {
    SCOPED_TRACE(target.name);
    const Caches caches = cachesOf(target);
    EXPECT_FALSE(caches.detected);
    EXPECT_EQ(caches.l2.bytes, target.l2Bytes);
    EXPECT_EQ(caches.l3.bytes, target.l3Bytes);
    EXPECT_TRUE(target.l3Bytes == 0 || target.l3Bytes > target.l2Bytes);
    EXPECT_GE(target.l3SharedBy, 1);
  }
}

} // namespace
