//===- SafetensorsFile.h - A file of tensors ---------------------*- C++ -*-===//
//
// A .safetensors file, mapped and checked: the length of a header, the header in JSON, the tensors' bytes. The format
// allows neither overlaps nor gaps, so neither is read. After construction every tensor lies inside the file and has as
// many bytes as its shape needs. Format: https://github.com/huggingface/safetensors. Tested by
// tests/unit/compiler/import/SafetensorsFileTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_SAFETENSORSFILE_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_SAFETENSORSFILE_H

#include "compiler/import/gguf/MappedFile.h"
#include "compiler/import/gguf/TensorTypes.h"

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <vector>

namespace weebill::huggingface {

class PackedMatrix;

struct SafetensorsTensor {
  std::string name;
  std::string file; // path, for errors
  const gguf::TensorType *type;
  std::vector<int64_t> shape; // none is 0
  std::string_view bytes;
  std::shared_ptr<const PackedMatrix> packed = nullptr; // its numbers are codes in several tensors (Checkpoint.h)
};

/// "2 x 3".
std::string shapeText(const std::vector<int64_t> &shape);

class SafetensorsFile {
public:
  /// Maps and checks `path`. Throws InputError.
  explicit SafetensorsFile(const std::string &path);

  /// In the order of their bytes.
  const std::vector<SafetensorsTensor> &tensors() const { return directory; }

private:
  SafetensorsTensor readEntry(const std::string &name, const nlohmann::json &entry, std::string_view data) const;
  void refuseOverlapsAndGaps(std::string_view data) const;

  std::string path;
  gguf::MappedFile file;
  std::vector<SafetensorsTensor> directory;
};

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_SAFETENSORSFILE_H
