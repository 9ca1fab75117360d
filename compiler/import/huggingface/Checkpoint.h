//===- Checkpoint.h - All tensors of a model folder --------------*- C++ -*-===//
//
// model.safetensors, or the files that model.safetensors.index.json lists. A matrix that is packed into several tensors
// (PackedMatrix.h) is one, under the name that it has where it is not packed. Tested by
// tests/unit/compiler/import/CheckpointTest.cpp and tests/emitted/test_packed.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_CHECKPOINT_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_CHECKPOINT_H

#include "compiler/import/huggingface/CheckpointNames.h"
#include "compiler/import/huggingface/Quantization.h"
#include "compiler/import/huggingface/SafetensorsFile.h"

#include <deque>
#include <map>
#include <memory>
#include <optional>

namespace weebill::huggingface {

class Checkpoint {
public:
  /// Opens every file of `folder`. Throws InputError: no files, an index that does not agree with them, matrices that
  /// are not packed as `quantization` says.
  explicit Checkpoint(const std::string &folder, const std::optional<Quantization> &quantization = std::nullopt);

  const std::string &folder() const { return path; }
  /// By name.
  const std::map<std::string, const SafetensorsTensor *> &tensors() const { return byName; }
  /// The tensor of that name, or nullptr.
  const SafetensorsTensor *find(const std::string &name) const;
  std::vector<std::string> names() const;
  /// What this checkpoint calls a tensor that is called `canonical` elsewhere.
  std::string nameOf(const std::string &canonical) const;

private:
  void open(const std::string &file);
  void openIndexed(const std::string &index);
  void gatherPacked(const Quantization &quantization);

  std::string path;
  std::vector<std::unique_ptr<SafetensorsFile>> files;
  std::deque<SafetensorsTensor> gathered; // matrices of several tensors
  std::map<std::string, const SafetensorsTensor *> byName;
  std::optional<CheckpointNames> prefixes;
};

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_CHECKPOINT_H
