//===- wasi.h - The platform on WASI -----------------------------*- C++ -*-===//
//
// WebAssembly outside of browsers, preview 1: files in folders that the host opens for a program, no maps of files, no
// threads, no signals. Memory only grows, and what is given back stays with the program. platform.h says what the
// functions do. Tested by tests/emitted/test_devices.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/platform/platform.h"
#include "runtime/types.h"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#if defined(__wasi__)
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

#if defined(__wasi__)

namespace platform {

inline const char *problem() { return std::strerror(errno); }

inline void *take_pages(u64 bytes) {
  constexpr u64 kPage = 4096;
  if (bytes > SIZE_MAX - kPage)
    return nullptr;
  const std::size_t whole = static_cast<std::size_t>((bytes + kPage - 1) / kPage * kPage);
  void *start = std::aligned_alloc(kPage, whole);
  return start != nullptr ? std::memset(start, 0, whole) : nullptr;
}

inline void return_pages(void *start, u64) { std::free(start); }

/// Read into memory: there are no maps.
inline Mapped map_file(const char *path, FileMap &map) {
  struct OpenFile {
    int number;
    ~OpenFile() {
      const int error = errno;
      if (number >= 0)
        close(number);
      errno = error;
    }
  };
  const OpenFile file{open(path, O_RDONLY | O_NONBLOCK)};
  struct stat status;
  if (file.number < 0 || fstat(file.number, &status) != 0)
    return Mapped::CannotOpen;
  if (!S_ISREG(status.st_mode))
    return Mapped::NotRegular;
  map.bytes = static_cast<u64>(status.st_size);
  if (map.bytes == 0)
    return Mapped::Fine;
  errno = ENOMEM;
  u8 *const start = static_cast<u8 *>(take_pages(map.bytes));
  if (start == nullptr)
    return Mapped::CannotMap;
  for (u64 done = 0; done < map.bytes;) {
    const ssize_t part = read(file.number, start + done, static_cast<std::size_t>(map.bytes - done));
    if (part > 0) {
      done += static_cast<u64>(part);
      continue;
    }
    if (part == 0)
      errno = EIO; // it became shorter meanwhile
    return_pages(start, map.bytes);
    return Mapped::CannotMap;
  }
  map.start = start;
  return Mapped::Fine;
}

inline void unmap_file(const FileMap &map) { return_pages(const_cast<u8 *>(map.start), map.bytes); }

inline bool replace_file(const char *path, const char *new_path) { return std::rename(path, new_path) == 0; }

struct Thread {};

inline bool start_thread(Thread &, u64, void (*)(void *context), void *) {
  errno = ENOTSUP;
  return false;
}

inline void join_thread(Thread &) {}

inline i32 available_threads() { return 1; }

inline i64 process_id() { return 1; } // and no process is ever forked

inline i64 nanoseconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

/// Hosts give the program's name as it was called, or only the last part of it.
inline std::string program_folder(const char *invoked_as) {
  const std::string program = invoked_as;
  const std::size_t slash = program.rfind('/');
  return slash == std::string::npos ? "." : program.substr(0, slash);
}

inline u64 peak_resident_bytes() { return u64{65536} * __builtin_wasm_memory_size(0); }

inline bool is_terminal(Stream stream) { return isatty(stream == Stream::Input ? STDIN_FILENO : STDERR_FILENO) != 0; }

inline void begin_program(int &, char **&) {}

inline void handle_interrupt(void (*)()) {}
inline void forget_interrupt() {}

} // namespace platform

#endif
