//===- posix.h - The platform on POSIX systems -------------------*- C++ -*-===//
//
// Linux, the BSDs, and whatever else has mmap and pthreads. platform.h says what the functions do. Tested by
// tests/unit/runtime/platform/MemoryTest.cpp, FilesTest.cpp, ThreadsTest.cpp and ProcessTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/platform/cgroup.h"
#include "runtime/platform/platform.h"
#include "runtime/types.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>

#if !defined(_WIN32) && !defined(__wasi__)
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#endif

#if !defined(_WIN32) && !defined(__wasi__)

namespace platform {

inline const char *problem() { return std::strerror(errno); }

inline void *take_pages(u64 bytes) {
  if (bytes > SIZE_MAX)
    return nullptr;
  void *start =
      mmap(nullptr, static_cast<std::size_t>(bytes), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return start != MAP_FAILED ? start : nullptr;
}

inline void return_pages(void *start, u64 bytes) { munmap(start, static_cast<std::size_t>(bytes)); }

inline Mapped map_file(const char *path, FileMap &map) {
  struct OpenFile { // closed at the end: the mapping keeps what it needs
    int number;
    ~OpenFile() {
      const int error = errno;
      if (number >= 0)
        close(number);
      errno = error;
    }
  };
  const OpenFile file{open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)}; // O_NONBLOCK: a pipe is refused, not waited for
  struct stat status;
  if (file.number < 0 || fstat(file.number, &status) != 0)
    return Mapped::CannotOpen;
  if (!S_ISREG(status.st_mode))
    return Mapped::NotRegular;
  map.bytes = static_cast<u64>(status.st_size);
  if (map.bytes == 0)
    return Mapped::Fine;
  if (map.bytes > SIZE_MAX) {
    errno = EFBIG;
    return Mapped::CannotMap;
  }
  const void *start = mmap(nullptr, static_cast<std::size_t>(map.bytes), PROT_READ, MAP_SHARED, file.number, 0);
  if (start == MAP_FAILED)
    return Mapped::CannotMap;
  map.start = static_cast<const u8 *>(start);
  return Mapped::Fine;
}

inline void unmap_file(const FileMap &map) {
  if (map.start != nullptr)
    munmap(const_cast<u8 *>(map.start), static_cast<std::size_t>(map.bytes));
}

inline bool replace_file(const char *path, const char *new_path) { return std::rename(path, new_path) == 0; }

struct Thread {
  pthread_t id{};
  void (*work)(void *context) = nullptr;
  void *context = nullptr;
};

inline bool start_thread(Thread &thread, u64 stack_bytes, void (*work)(void *context), void *context) {
  thread.work = work;
  thread.context = context;
  const auto enter = [](void *started) -> void * {
    const Thread &self = *static_cast<const Thread *>(started);
    self.work(self.context);
    return nullptr;
  };
  pthread_attr_t attributes;
  errno = pthread_attr_init(&attributes);
  if (errno != 0)
    return false;
  int error = pthread_attr_setstacksize(&attributes, stack_bytes);
  if (error == 0)
    error = pthread_create(&thread.id, &attributes, enter, &thread);
  pthread_attr_destroy(&attributes);
  errno = error;
  return error == 0;
}

inline void join_thread(Thread &thread) { pthread_join(thread.id, nullptr); }

inline i32 available_threads() {
#if defined(__linux__)
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0)
    return std::min(CPU_COUNT(&allowed), quota_of_cores());
#endif
  const u32 threads = std::thread::hardware_concurrency();
  return threads > 0 ? static_cast<i32>(threads) : 1;
}

inline i64 process_id() { return getpid(); }

inline i64 nanoseconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

inline std::string program_folder(const char *invoked_as) {
  char path[4096];
  std::string program = invoked_as;
  if (const ssize_t length = readlink("/proc/self/exe", path, sizeof path); length > 0)
    program.assign(path, static_cast<std::size_t>(length));
  const std::size_t slash = program.rfind('/');
  return slash == std::string::npos ? "." : program.substr(0, slash);
}

inline u64 peak_resident_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
#if defined(__APPLE__)
  return static_cast<u64>(usage.ru_maxrss);
#else
  return static_cast<u64>(usage.ru_maxrss) * 1024;
#endif
}

inline bool is_terminal(Stream stream) { return isatty(stream == Stream::Input ? STDIN_FILENO : STDERR_FILENO) != 0; }

inline void begin_program(int &, char **&) {}

} // namespace platform

#endif
