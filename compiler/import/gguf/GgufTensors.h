//===- GgufTensors.h - Tensors of a GGUF file ---------------------*- C++ -*-===//
//
// The tensors that the file's family names, as a TensorSource. Tested by
// tests/unit/compiler/import/GgufTensorsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_GGUF_GGUFTENSORS_H
#define WEEBILL_COMPILER_IMPORT_GGUF_GGUFTENSORS_H

#include "compiler/import/families/FamilyTensor.h"
#include "compiler/import/gguf/GgufFile.h"

#include <memory>

namespace weebill::gguf {

/// What the file has as that tensor of its family, by either of its names, or nullptr.
const GgufTensor *findTensor(const GgufFile &file, const families::FamilyTensor &tensor, int64_t block);

/// The tensors of `file`, query and key rows in the order of Hugging Face checkpoints. Shares the file.
std::shared_ptr<importer::TensorSource> makeGgufTensorSource(std::shared_ptr<const GgufFile> file,
                                                             const importer::Architecture &sizes);

} // namespace weebill::gguf

#endif // WEEBILL_COMPILER_IMPORT_GGUF_GGUFTENSORS_H
