//===- OutputFile.h - A file that appears whole or not at all ----*- C++ -*-===//
//
// Bytes go to a temporary name in the same folder; `commit` renames it. Without a commit nothing is left behind.
// Tested by tests/unit/codegen/weights/OutputFileTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_WEIGHTS_OUTPUTFILE_H
#define WEEBILL_CODEGEN_WEIGHTS_OUTPUTFILE_H

#include "codegen/weights/ByteSink.h"

#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace weebill::weights {

/// A file could not be written: one sentence with its name and the system's reason.
struct OutputError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class OutputFile : public ByteSink {
public:
  /// Opens the temporary file. Throws OutputError, as all functions here.
  explicit OutputFile(std::filesystem::path path);
  ~OutputFile() override;
  OutputFile(const OutputFile &) = delete;
  OutputFile &operator=(const OutputFile &) = delete;

  const std::filesystem::path &path() const { return finalPath; }
  const std::filesystem::path &temporaryPath() const { return temporary; }

  /// Appends bytes.
  void write(const void *data, size_t bytes) override;
  void write(const std::string &text) { write(text.data(), text.size()); }

  /// Hands over to the system what was written, so that other programs can read it at temporaryPath().
  void flush();

  /// Replaces bytes at the beginning of the file, after which nothing more can be appended.
  void rewriteBeginning(const void *data, size_t bytes) override;

  /// Makes sure that everything arrived and gives the file its name, in place of an older one.
  void commit();

  /// The same for several files: all of them or none, as far as a file system allows. Everything is written before the
  /// first name changes; if a name cannot be had, those that had changed change back.
  static void commitTogether(const std::vector<OutputFile *> &files);

private:
  [[noreturn]] void fail(const char *what) const;
  void close();

  std::filesystem::path finalPath, temporary;
  std::FILE *file = nullptr;
};

} // namespace weebill::weights

#endif // WEEBILL_CODEGEN_WEIGHTS_OUTPUTFILE_H
