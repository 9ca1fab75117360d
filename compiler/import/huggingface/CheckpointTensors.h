//===- CheckpointTensors.h - A checkpoint under canonical names --*- C++ -*-===//
//
// "model.layers.0.self_attn.q_proj.weight" is "blk.0.attn_q.weight" for the rest of the compiler. Makes sure that the
// checkpoint is exactly the model: every tensor is there in its shape, and no other is. Tested by
// tests/unit/compiler/import/ImportHuggingFaceTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_CHECKPOINTTENSORS_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_CHECKPOINTTENSORS_H

#include "compiler/import/ImportedModel.h"
#include "compiler/import/huggingface/Checkpoint.h"

namespace weebill::huggingface {

/// How a family of checkpoints differs from Llama's.
struct CheckpointForm {
  std::string feedForward = "mlp"; // what the feed-forward half is called
  bool interleaved = false;        // neighbouring elements of a head are rotated together (interleavedRow)
};

/// Throws InputError: a tensor that is missing, of another shape than `sizes` say, or unknown.
std::shared_ptr<importer::TensorSource> makeCheckpointTensorSource(std::shared_ptr<const Checkpoint> checkpoint,
                                                                   const importer::Architecture &sizes,
                                                                   const CheckpointForm &form = {});

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_CHECKPOINTTENSORS_H
