//===- KeyValueHeads.h - Key-value heads in GGUF ------------------*- C++ -*-===//
//
// Tested by tests/unit/compiler/import/Lfm2TensorsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_GGUF_KEYVALUEHEADS_H
#define WEEBILL_COMPILER_IMPORT_GGUF_KEYVALUEHEADS_H

#include "compiler/import/families/Family.h"

namespace weebill::gguf {

/// 'attention.head_count_kv': as many as query heads where it is missing, one number for all blocks, or one for each. A
/// block that has none convolves, in families that have such blocks: no other key tells the kinds.
void readKeyValueHeads(const ArchitectureKeys &keys, const families::GgufForm &form, importer::Architecture &sizes);

} // namespace weebill::gguf

#endif // WEEBILL_COMPILER_IMPORT_GGUF_KEYVALUEHEADS_H
