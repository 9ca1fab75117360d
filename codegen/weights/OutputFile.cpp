//===- OutputFile.cpp - A file that appears whole or not at all -----------===//
//
// Tested by tests/unit/codegen/weights/OutputFileTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/weights/OutputFile.h"

#include <cerrno>
#include <cstring>
#include <random>
#include <utility>

namespace weebill::weights {

OutputFile::OutputFile(std::filesystem::path path) : finalPath(std::move(path)), temporary(finalPath) {
  // A name of its own, so that two runs that write the same file cannot mix their bytes.
  temporary += ".part-" + std::to_string(std::random_device{}());
  file = std::fopen(temporary.c_str(), "wbx");
  if (!file)
    fail("open");
}

OutputFile::~OutputFile() {
  if (!file)
    return;
  std::fclose(file);
  std::error_code ignored; // already on the way out with another error
  std::filesystem::remove(temporary, ignored);
}

void OutputFile::write(const void *data, size_t bytes) {
  if (bytes && std::fwrite(data, 1, bytes, file) != bytes)
    fail("write");
}

void OutputFile::rewriteBeginning(const void *data, size_t bytes) {
  if (std::fseek(file, 0, SEEK_SET) != 0)
    fail("write");
  write(data, bytes);
}

void OutputFile::flush() {
  if (std::fflush(file) != 0)
    fail("write");
}

void OutputFile::commit() {
  flush();
  std::FILE *closing = std::exchange(file, nullptr);
  if (std::fclose(closing) != 0 || std::rename(temporary.c_str(), finalPath.c_str()) != 0) {
    const int reason = errno;
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
    errno = reason;
    fail("write");
  }
}

void OutputFile::fail(const char *what) const {
  throw OutputError("cannot " + std::string(what) + " '" + finalPath.string() + "': " + std::strerror(errno));
}

} // namespace weebill::weights
