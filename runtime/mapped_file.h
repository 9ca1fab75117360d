//===- mapped_file.h - A file as memory --------------------------*- C++ -*-===//
//
// Pages come from the file when they are first touched, and the kernel may drop them again: weights cost no copy and
// are shared by all programs that run the same model. Tested by tests/unit/runtime/WeightsFileTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/fail.h"
#include "runtime/types.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/// A whole file, read-only, for the life of the object. `what` names it in errors: "weights file".
class MappedFile {
public:
  MappedFile(const char *path, const char *what, const char *advice = "") {
    const OpenFile file(path); // closed at the end: the mapping keeps what it needs
    struct stat status;
    if (file.number < 0 || fstat(file.number, &status) != 0)
      fail("cannot open %s '%s': %s%s", what, path, std::strerror(errno), advice);
    if (!S_ISREG(status.st_mode))
      fail("cannot map %s '%s': it is not a regular file", what, path);
    size = static_cast<u64>(status.st_size);
    if (size > 0) {
      address = mmap(nullptr, size, PROT_READ, MAP_SHARED, file.number, 0);
      if (address == MAP_FAILED)
        fail("cannot map %s '%s' (%llu bytes): %s", what, path, static_cast<unsigned long long>(size),
             std::strerror(errno));
    }
  }

  MappedFile(const MappedFile &) = delete;
  MappedFile &operator=(const MappedFile &) = delete;

  ~MappedFile() {
    if (size > 0)
      munmap(address, size);
  }

  const u8 *data() const { return static_cast<const u8 *>(address); } // nullptr for an empty file
  u64 bytes() const { return size; }

private:
  struct OpenFile {
    // O_NONBLOCK: a pipe is refused, not waited for.
    explicit OpenFile(const char *path) : number(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
    OpenFile(const OpenFile &) = delete;
    OpenFile &operator=(const OpenFile &) = delete;
    ~OpenFile() {
      if (number >= 0)
        close(number);
    }
    int number;
  };

  void *address = nullptr;
  u64 size = 0;
};
