//===- ModelKinds.h - What the readers of models have in common --*- C++ -*-===//
//
// Bounds, and chat templates, which GGUF files and model folders have too. Tested by tests/fuzz/CMakeLists.txt.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_TESTS_FUZZ_MODELKINDS_H
#define WEEBILL_TESTS_FUZZ_MODELKINDS_H

#include "tests/fuzz/Kind.h"

namespace weebill::fuzz {

// Bytes for each byte of input, derived from what is kept of the smallest things that a file can hold many of. JSON of
// the form "[[],[],..." makes of three bytes a value (16), its vector (24) with room for one more (16), each with
// malloc's own 16, twice while a vector grows: 64 a byte. A GGUF token takes 8 bytes and a letter at least, and becomes
// a view (16), an entry of the table of texts (56), a string (32) and its copy: below that.
constexpr size_t kBytesPerByte = 64;
// 9 tensors of each of 1,024 blocks as a description may have, with their names: 1.3 MB. Templates: work is limited so
// that values stay below 16 MB.
constexpr size_t kFixedBytes = 24 << 20;

/// A chat template, changed.
std::string mutatedTemplate(Random &random);

/// Notes that the compiler prints and writes into reports are the file's words as well.
void requirePrintable(const std::string &text, const char *what);

} // namespace weebill::fuzz

#endif // WEEBILL_TESTS_FUZZ_MODELKINDS_H
