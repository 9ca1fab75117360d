//===- ProcessTest.cpp - Clock, folder, memory and terminal of a process --===//

#include "runtime/platform/platform.h"

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <thread>
#include <unistd.h>

namespace {

TEST(PlatformProcessTest, TheClockCountsNanoseconds) {
  const i64 before = platform::nanoseconds();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const i64 slept = platform::nanoseconds() - before;
  EXPECT_GE(slept, 20'000'000);
  EXPECT_LT(slept, 20'000'000'000); // however busy the machine is
}

TEST(PlatformProcessTest, TheFolderIsWhereTheProgramLies) {
  const std::string folder = platform::program_folder("/somewhere/else");
  EXPECT_EQ(folder, std::filesystem::read_symlink("/proc/self/exe").parent_path().string());
}

TEST(PlatformProcessTest, PeakMemoryGrowsWithWhatIsTouched) {
  constexpr std::size_t kBytes = 64 << 20;
  const u64 before = platform::peak_resident_bytes();
  const std::unique_ptr<char[]> memory(new char[kBytes]);
  std::memset(memory.get(), 1, kBytes);
  EXPECT_EQ(memory[kBytes / 2], 1);
  EXPECT_GE(platform::peak_resident_bytes(), before + kBytes / 2);
  EXPECT_LT(platform::peak_resident_bytes(), before + 4 * kBytes);
}

TEST(PlatformProcessTest, TellsATerminalFromAFile) {
  const int master = posix_openpt(O_RDWR | O_NOCTTY);
  ASSERT_GE(master, 0);
  ASSERT_EQ(grantpt(master), 0);
  ASSERT_EQ(unlockpt(master), 0);
  const int terminal = open(ptsname(master), O_RDWR | O_NOCTTY), nothing = open("/dev/null", O_RDWR);
  const auto isTerminal = [](platform::Stream stream, int number, int file) {
    const int before = dup(number);
    dup2(file, number);
    const bool result = platform::is_terminal(stream);
    dup2(before, number);
    close(before);
    return result;
  };
  for (const auto &[stream, number] : {std::pair(platform::Stream::Input, 0), std::pair(platform::Stream::Error, 2)}) {
    EXPECT_TRUE(isTerminal(stream, number, terminal));
    EXPECT_FALSE(isTerminal(stream, number, nothing));
  }
  close(nothing);
  close(terminal);
  close(master);
}

} // namespace
