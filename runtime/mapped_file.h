//===- mapped_file.h - A file as memory --------------------------*- C++ -*-===//
//
// Pages come from the file when they are first touched, and the kernel may drop them again: weights cost no copy and
// are shared by all programs that run the same model. Tested by tests/unit/runtime/WeightsFileTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/fail.h"
#include "runtime/platform/platform.h"
#include "runtime/types.h"

/// A whole file, read-only, for the life of the object. `what` names it in errors: "weights file".
class MappedFile {
public:
  MappedFile(const char *path, const char *what, const char *advice = "") {
    switch (platform::map_file(path, map)) {
    case platform::Mapped::Fine:
      return;
    case platform::Mapped::CannotOpen:
      fail("cannot open %s '%s': %s%s", what, path, platform::problem(), advice);
    case platform::Mapped::NotRegular:
      fail("cannot map %s '%s': it is not a regular file", what, path);
    case platform::Mapped::CannotMap:
      fail("cannot map %s '%s' (%llu bytes): %s", what, path, static_cast<unsigned long long>(map.bytes),
           platform::problem());
    }
  }

  MappedFile(const MappedFile &) = delete;
  MappedFile &operator=(const MappedFile &) = delete;

  ~MappedFile() { platform::unmap_file(map); }

  const u8 *data() const { return map.start; } // nullptr for an empty file
  u64 bytes() const { return map.bytes; }

private:
  platform::FileMap map;
};
