//===- LlamaTensors.h - Tensors that a Llama model consists of ---*- C++ -*-===//
//
// Names and shapes, from the sizes alone; and the tensors of a file as a TensorSource. Tested by
// tests/unit/compiler/import/LlamaTensorsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_GGUF_LLAMATENSORS_H
#define WEEBILL_COMPILER_IMPORT_GGUF_LLAMATENSORS_H

#include "compiler/import/gguf/GgufFile.h"

#include <memory>

namespace weebill::gguf {

struct LlamaTensor {
  std::string name;
  int64_t rows, columns;
  bool isVector = false;
  bool optional = false;
};

/// Embedding matrix, last norm, head.
std::vector<LlamaTensor> llamaOuterTensors(const importer::Architecture &sizes);
/// Everything of one layer.
std::vector<LlamaTensor> llamaLayerTensors(const importer::Architecture &sizes, int64_t layer);

/// Hugging Face rotates elements i and i + headSize / 2 of a head together, others 2 i and 2 i + 1: their checkpoints
/// interleave the two halves of every head's rows. Where such a checkpoint stores row `row` of the order of Hugging
/// Face.
int64_t interleavedRow(int64_t row, int64_t headSize);

/// The tensors of `file`, query and key rows in the order of Hugging Face checkpoints. Shares the file.
std::shared_ptr<importer::TensorSource> makeLlamaTensorSource(std::shared_ptr<const GgufFile> file,
                                                              const importer::Architecture &sizes);

} // namespace weebill::gguf

#endif // WEEBILL_COMPILER_IMPORT_GGUF_LLAMATENSORS_H
