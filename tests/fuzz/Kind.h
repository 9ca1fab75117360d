//===- Kind.h - A kind of input that is fuzzed -------------------*- C++ -*-===//
//
// How inputs of a kind are made, and who reads them. Tested by tests/fuzz/CMakeLists.txt, which runs all of them.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_TESTS_FUZZ_KIND_H
#define WEEBILL_TESTS_FUZZ_KIND_H

#include "tests/fuzz/Mutator.h"

#include <map>
#include <optional>

namespace weebill::fuzz {

/// Name and bytes of each; every kind says which names it knows.
using Files = std::map<std::string, std::string>;

struct Kind {
  const char *name;
  const char *what;
  /// A right input, changed.
  Files (*make)(Random &);
  /// Reads the files of a folder as users' programs do. The sentence that refuses them, or nothing: they are fine.
  /// Throws what no user may see.
  std::optional<std::string> (*read)(const std::string &folder, const Files &files);
  /// The sentence begins with the folder: the file that is wrong is named.
  bool namesFile;
  /// More than this and the input's own size, so many times, is never allocated at one time. Derived beside each kind.
  size_t fixedBytes, bytesPerByte;
};

extern const Kind ggufKind, descriptionKind, folderKind, templateKind, weightsKind, argumentsKind, stateKind;

/// Reads all tensors of a model file or folder. As Kind::read.
std::optional<std::string> readModel(const std::string &path);

} // namespace weebill::fuzz

#endif // WEEBILL_TESTS_FUZZ_KIND_H
