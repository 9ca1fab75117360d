//===- MappedFile.cpp - A whole file as read-only memory ------------------===//
//
// Tested by tests/unit/compiler/import/GgufFileTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/gguf/MappedFile.h"

#include "compiler/import/ImportedModel.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace weebill::gguf {

namespace {

/// Closes the descriptor on every way out; a mapping outlives it.
struct Descriptor {
  int value;
  ~Descriptor() {
    if (value >= 0)
      close(value);
  }
};

} // namespace

MappedFile::MappedFile(const std::string &path) {
  // O_NONBLOCK: a pipe must be refused below, not waited for here.
  const Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.value < 0)
    throw importer::InputError(path + ": cannot be opened: " + std::strerror(errno));
  struct stat status;
  if (fstat(file.value, &status) != 0)
    throw importer::InputError(path + ": cannot be examined: " + std::strerror(errno));
  if (!S_ISREG(status.st_mode))
    throw importer::InputError(path + ": is not a regular file");
  size = static_cast<size_t>(status.st_size);
  if (size == 0)
    throw importer::InputError(path + ": is empty, 0 bytes");
  void *mapping = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.value, 0);
  if (mapping == MAP_FAILED)
    throw importer::InputError(path + ": cannot be mapped into memory: " + std::strerror(errno));
  data = static_cast<const char *>(mapping);
  // What Git leaves in the place of a large file; no file that is read here begins so.
  if (bytes().starts_with("version https://git-lfs.github.com/spec/")) {
    munmap(mapping, size);
    data = nullptr;
    throw importer::InputError(path + ": is a Git LFS pointer in the place of the file: 'git lfs pull' fetches it");
  }
}

MappedFile::~MappedFile() {
  if (data)
    munmap(const_cast<char *>(data), size);
}

bool isThere(const std::string &path) {
  struct stat status;
  return lstat(path.c_str(), &status) == 0 || errno != ENOENT;
}

} // namespace weebill::gguf
