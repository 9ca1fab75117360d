//===- CheckpointNames.h - Prefixes of tensor names ---------------*- C++ -*-===//
//
// Who saves the model without its head, or a wrapper around it, writes the same names with another prefix:
// "layers.0.mlp.up_proj.weight", "language_model.model.layers.0...", "_orig_mod.model.layers.0...". Tested by
// tests/unit/compiler/import/CheckpointNamesTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_CHECKPOINTNAMES_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_CHECKPOINTNAMES_H

#include <functional>
#include <string>
#include <vector>

namespace weebill::huggingface {

class CheckpointNames {
public:
  /// `names`: all of the checkpoint. What stands before the embedding's name stands before all of the model's.
  explicit CheckpointNames(const std::vector<std::string> &names);

  /// What the checkpoint calls the tensor that the family calls `canonical`; `has` says whether there is such a name.
  std::string find(const std::string &canonical, const std::function<bool(const std::string &)> &has) const;

private:
  std::string prefix = kModel;

  static constexpr const char *kModel = "model.";
};

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_CHECKPOINTNAMES_H
