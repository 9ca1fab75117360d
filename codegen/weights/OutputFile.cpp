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

namespace fs = std::filesystem;

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

void OutputFile::close() {
  flush();
  std::FILE *closing = std::exchange(file, nullptr);
  if (std::fclose(closing) != 0)
    fail("write");
}

void OutputFile::commit() { commitTogether({this}); }

namespace {

/// What a name had before it got a new file, kept until all have theirs.
struct Former {
  explicit Former(const OutputFile &file) : path(file.path()), other(file.temporaryPath().string() + "-old") {
    std::error_code error;
    fs::create_hard_link(path, other, error);
    kept = !error;
    none = error == std::errc::no_such_file_or_directory;
  }

  void putBack() const {
    std::error_code ignored;
    if (kept)
      fs::rename(other, path, ignored);
    else if (none)
      fs::remove(path, ignored);
  }

  void forget() const {
    std::error_code ignored;
    if (kept)
      fs::remove(other, ignored);
  }

  fs::path path, other;
  bool kept = false, none = false;
};

} // namespace

void OutputFile::commitTogether(const std::vector<OutputFile *> &files) {
  std::vector<Former> formers;
  try {
    for (OutputFile *each : files)
      each->close();
    for (OutputFile *each : files) {
      const Former former(*each);
      if (std::rename(each->temporary.c_str(), each->finalPath.c_str()) != 0) {
        const int reason = errno;
        former.forget();
        errno = reason;
        each->fail("write");
      }
      formers.push_back(former);
    }
  } catch (const OutputError &) {
    std::error_code ignored;
    for (const Former &former : formers)
      former.putBack();
    for (OutputFile *each : files)
      if (!each->file) // others see to it themselves
        fs::remove(each->temporary, ignored);
    throw;
  }
  for (const Former &former : formers)
    former.forget();
}

void OutputFile::fail(const char *what) const {
  throw OutputError("cannot " + std::string(what) + " '" + finalPath.string() + "': " + std::strerror(errno));
}

} // namespace weebill::weights
