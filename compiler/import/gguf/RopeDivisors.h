//===- RopeDivisors.h - Scaled RoPE in GGUF ----------------------*- C++ -*-===//
//
// Llama 3.1 and later as GGUF: a tensor "rope_freqs.weight" says by what the frequency of each pair is divided, not
// which numbers that came from. Tested by tests/unit/compiler/import/GgufArchitectureTest.cpp and
// tests/emitted/test_families_gguf.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_GGUF_ROPEDIVISORS_H
#define WEEBILL_COMPILER_IMPORT_GGUF_ROPEDIVISORS_H

#include "compiler/import/gguf/GgufFile.h"

namespace weebill::gguf {

inline constexpr const char *kRopeDivisors = "rope_freqs.weight";

/// The scaling of a file that has the tensor, none of others. `sizes` has the head size and theta. Throws InputError if
/// the divisors are not those of Llama 3's scaling by any factor.
importer::RopeScaling readRopeDivisors(const GgufFile &file, const importer::Architecture &sizes);

} // namespace weebill::gguf

#endif // WEEBILL_COMPILER_IMPORT_GGUF_ROPEDIVISORS_H
