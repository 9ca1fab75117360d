//===- platform.h - What the runtime asks of a system ------------*- C++ -*-===//
//
// All that programs need beyond the C++ library, and no type of any system. A system is an implementation of these
// functions, which is empty on the others: posix.h, windows.h, wasi.h. No header outside of this folder includes a
// header of the system (tests/checks/includes.py). Functions that can fail say so in what they return; problem() says
// why. Tested by tests/unit/runtime/platform/MemoryTest.cpp, FilesTest.cpp, ThreadsTest.cpp and ProcessTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"

#include <string>

namespace platform {

/// Why the last function here that failed on this thread did: "No such file or directory". Lives until the next call.
const char *problem();

/// Pages of memory, all zero, resident only as far as they are touched. `bytes` > 0. nullptr: the system has no more.
void *take_pages(u64 bytes);
void return_pages(void *start, u64 bytes);

/// A file as memory that is only read.
struct FileMap {
  const u8 *start = nullptr; // of an empty file too
  u64 bytes = 0;
};

enum class Mapped {
  Fine,
  CannotOpen,
  NotRegular, // a folder, a pipe; it is not waited for
  CannotMap   // the map's `bytes` are known
};

/// The file may be closed, renamed or deleted while it is mapped.
Mapped map_file(const char *path, FileMap &map);
void unmap_file(const FileMap &map);

/// Gives a file another name, in place of a file that may have it.
bool replace_file(const char *path, const char *new_path);

/// A thread that was started. Stays where it is until it is joined.
struct Thread;

/// Calls `work(context)` on a new thread with a stack of so many bytes and a page that guards its end.
bool start_thread(Thread &thread, u64 stack_bytes, void (*work)(void *context), void *context);
void join_thread(Thread &thread);

/// Hardware threads that this process may use, by its affinity and its container's quota; at least 1.
i32 available_threads();

/// Another number in a process that was forked than in the one that it comes from.
i64 process_id();

/// A clock that never goes back.
i64 nanoseconds();

/// The folder in which this program lies; `invoked_as` is its first argument, for systems that do not say.
std::string program_folder(const char *invoked_as);

/// The largest part of memory that this process has occupied so far.
u64 peak_resident_bytes();

/// Whether a person is at the other end.
enum class Stream { Input, Error };
bool is_terminal(Stream stream);

/// The first thing that a program does which is asked by a command line and answers on streams: from here on its
/// arguments are UTF-8, and bytes of stdin and stdout are what they are.
void begin_program(int &argc, char **&argv);

/// The next interrupt (Ctrl-C) calls `handle`, the one after it ends the program. Where interrupts are ignored or there
/// are none, nothing happens. One at a time.
void handle_interrupt(void (*handle)());
void forget_interrupt();

} // namespace platform

#include "runtime/platform/interrupts.h"
#include "runtime/platform/posix.h"
#include "runtime/platform/wasi.h"
#include "runtime/platform/windows.h"
