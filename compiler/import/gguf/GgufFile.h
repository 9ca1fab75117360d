//===- GgufFile.h - Header, metadata and tensor directory --------*- C++ -*-===//
//
// A GGUF file, versions 2 and 3, little endian, mapped and checked: after construction every tensor lies inside the
// file, on its alignment and apart from the others. A model in several files (NAME-00001-of-00003.gguf) is read by its
// first, which has the metadata. Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md.
// Tested by tests/unit/compiler/import/GgufFileTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_GGUF_GGUFFILE_H
#define WEEBILL_COMPILER_IMPORT_GGUF_GGUFFILE_H

#include "compiler/import/gguf/MappedFile.h"
#include "compiler/import/gguf/Metadata.h"
#include "compiler/import/gguf/TensorTypes.h"

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace weebill::gguf {

struct GgufTensor {
  std::string_view name;
  const TensorType *type;
  int64_t rows, columns;  // a vector has one row
  std::string_view bytes; // of the whole tensor
  bool isVector;          // the file says one dimension

  int64_t rowBytes() const { return columns / type->blockElements * type->blockBytes; }
};

class GgufFile {
public:
  /// Maps and checks `path`, and the further files of a model in several. Throws InputError.
  explicit GgufFile(const std::string &path);

  const std::string &path() const { return filePath; }
  const Metadata &metadata() const { return *keyValues; }
  const std::vector<GgufTensor> &tensors() const { return directory; }
  /// The tensor of that name, or nullptr.
  const GgufTensor *find(std::string_view name) const;

private:
  struct Part {
    int64_t number, count;
  };
  /// One file of several, without looking for the others.
  GgufFile(const std::string &path, const Part &expected);

  Part readFile();
  void readOtherParts(const Part &first);
  uint64_t readAlignment() const;
  void readDirectory(ByteReader &reader, uint64_t count);
  void refuseOverlaps() const;

  std::string filePath;
  MappedFile file;
  std::vector<std::unique_ptr<GgufFile>> others; // further files of the same model
  std::optional<Metadata> keyValues;
  std::vector<GgufTensor> directory;
  std::unordered_map<std::string_view, size_t> byName;
};

} // namespace weebill::gguf

#endif // WEEBILL_COMPILER_IMPORT_GGUF_GGUFFILE_H
