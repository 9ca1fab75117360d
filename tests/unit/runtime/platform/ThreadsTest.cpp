//===- ThreadsTest.cpp - Threads of the system ----------------------------===//

#include "runtime/platform/platform.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>
#include <string>
#include <thread>

namespace {

struct Seen {
  std::thread::id thread;
  u64 stack_bytes = 0;
};

void look(void *context) {
  Seen &seen = *static_cast<Seen *>(context);
  seen.thread = std::this_thread::get_id();
  pthread_attr_t attributes;
  std::size_t bytes = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) == 0 && pthread_attr_getstacksize(&attributes, &bytes) == 0)
    seen.stack_bytes = bytes;
  pthread_attr_destroy(&attributes);
}

TEST(PlatformThreadsTest, AThreadRunsOnAStackOfThatSize) {
  for (const u64 bytes : {u64{1} << 18, u64{3} << 20}) {
    platform::Thread thread;
    Seen seen;
    ASSERT_TRUE(platform::start_thread(thread, bytes, look, &seen));
    platform::join_thread(thread);
    EXPECT_NE(seen.thread, std::this_thread::get_id());
    EXPECT_NE(seen.thread, std::thread::id());
    EXPECT_GE(seen.stack_bytes, bytes);
    EXPECT_LE(seen.stack_bytes, bytes + 4096); // and the page that guards its end
  }
}

TEST(PlatformThreadsTest, SaysWhyOneDoesNotStart) {
  platform::Thread thread;
  Seen seen;
  EXPECT_FALSE(platform::start_thread(thread, 1, look, &seen)); // no stack is that small
  EXPECT_EQ(std::string(platform::problem()), "Invalid argument");
  EXPECT_EQ(seen.thread, std::thread::id());
}

TEST(PlatformThreadsTest, AvailableThreadsFollowTheAffinityMask) {
  cpu_set_t before, one;
  ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
  EXPECT_EQ(platform::available_threads(), std::min(CPU_COUNT(&before), platform::quota_of_cores()));
  CPU_ZERO(&one);
  for (int core = 0; core < CPU_SETSIZE; ++core)
    if (CPU_ISSET(core, &before)) {
      CPU_SET(core, &one);
      break;
    }
  ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
  EXPECT_EQ(platform::available_threads(), 1);
  ASSERT_EQ(sched_setaffinity(0, sizeof before, &before), 0);
}

} // namespace
